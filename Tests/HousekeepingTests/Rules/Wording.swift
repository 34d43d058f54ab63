/// What stands in no source file.
enum Wording {
    /// Ways to crash without saying why. A broken invariant says what was broken: `preconditionFailure("…")`.
    static let banned = ["try!", "as!", "fatalError("]
    /// Notes to oneself; spelled so that this file is none.
    static let notes = ["TO" + "DO", "FIX" + "ME"]
    /// What the compiler no longer checks, so a comment has to say why it holds.
    static let unchecked = ["@unchecked Sendable", "nonisolated(unsafe)"]

    static func violations(in file: RepositoryFile) -> [String] {
        let code = SwiftCode(file.text)
        return banned.filter(code.contains).map { "\(file.path): '\($0)'" }
            + notes.filter { file.text.contains($0) }.map { "\(file.path): '\($0)': do it, or open an issue" }
            + uncommented(file, code)
    }

    private static func uncommented(_ file: RepositoryFile, _ code: SwiftCode) -> [String] {
        let lines = file.lines
        return code.lines.enumerated().compactMap { number, line in
            guard let word = unchecked.first(where: { line.contains($0) }) else { return nil }
            let above = number > 0 ? lines[number - 1].drop { $0 == " " } : ""
            return above.hasPrefix("//") ? nil : "\(file.path):\(number + 1): '\(word)' without a comment above it"
        }
    }
}
