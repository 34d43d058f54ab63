/// The outer shape of files.
enum Shape {
    static let linesMax = 300
    /// Recorded output of other programs, kept as it came.
    static let recorded = ["/Captures/", "/Goldens/", "/Data/", "/Scenarios/"]
    static let textEndings = [
        ".swift", ".md", ".yaml", ".yml", ".json", ".xml", ".sh", ".c", ".h", ".conf", ".service", ".timer", "Makefile",
    ]

    static func tooLong(_ file: RepositoryFile) -> [String] {
        let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
        return count > linesMax ? ["\(file.path): \(count) lines; \(linesMax) is the most"] : []
    }

    static func blanks(_ file: RepositoryFile) -> [String] {
        if recorded.contains(where: { file.path.contains($0) }) { return [] }
        return file.lines.enumerated().compactMap { number, line in
            if line.hasSuffix(" ") || line.hasSuffix("\t") { return "\(file.path):\(number + 1): blanks at the end" }
            if file.isSwift, line.hasPrefix("\t") { return "\(file.path):\(number + 1): indented by a tab" }
            return nil
        }
    }

    /// Targets with Swift in them whose folder does not say what they are for.
    static func withoutREADME(_ paths: [String]) -> [String] {
        let targets = Set(
            paths.filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") }
                .compactMap { $0.split(separator: "/").dropFirst().first })
        return targets.sorted().filter { !paths.contains("Sources/\($0)/README.md") }
            .map { "Sources/\($0) has no README.md" }
    }
}
