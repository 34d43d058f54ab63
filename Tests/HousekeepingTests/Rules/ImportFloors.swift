/// Which module may import which; an import points down only.
enum ImportFloors {
    /// By target: what it may import besides the standard library.
    static let allowed: [String: Set<String>] = [
        // Glibc for memcmp; what has effects in it is banned by words.
        "StateSpec": ["CLibxml2", "CLibyaml", "Glibc"],
        "Reconciler": ["StateSpec"],
        "ChildProcess": ["CLinux", "Glibc", "Subprocess", "SystemPackage", "FoundationEssentials"],
        "GitSource": ["StateSpec", "Reconciler", "CLibgit2", "ChildProcess", "Glibc", "FoundationEssentials"],
        "NodeDriver": ["StateSpec", "Reconciler", "ChildProcess", "Glibc", "FoundationEssentials"],
        "Store": ["StateSpec", "Reconciler", "Glibc", "FoundationEssentials"],
        "SimulatedCluster": ["StateSpec", "Reconciler", "NodeDriver"],
        "havirt": [
            "StateSpec", "Reconciler", "GitSource", "NodeDriver", "Store", "ChildProcess", "SimulatedCluster",
            "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals", "CLinux", "Glibc", "FoundationEssentials",
        ],
        "havirt-man": ["Glibc", "FoundationEssentials"],
        // No product: it measures all of them.
        "havirt-bench": [
            "StateSpec", "Reconciler", "GitSource", "NodeDriver", "Store", "ChildProcess", "SimulatedCluster",
            "CLibgit2", "CLibxml2", "CLibyaml", "Glibc", "FoundationEssentials",
        ],
    ]

    /// Parts of the standard library that touch nothing outside.
    static let standard: Set<String> = ["Synchronization"]

    static func violations(in file: RepositoryFile) -> [String] {
        guard file.path.hasPrefix("Sources/"), let target = file.target else { return [] }
        guard let allowed = allowed[target] else {
            return ["\(file.path): the target \(target) is not in the table of floors"]
        }
        return modules(SwiftCode(file.text)).filter { !allowed.contains($0) && !standard.contains($0) }
            .map { "\(file.path): \(target) may not import \($0)" }
    }

    /// What the code imports, whatever stands before or behind the word.
    static func modules(_ code: SwiftCode) -> [String] {
        code.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), words[..<index].allSatisfy(isModifier) else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let path = words[(index + 1)...].first { !kinds.contains($0) }
            return path?.split(separator: ".").first.map(String.init)
        }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}
