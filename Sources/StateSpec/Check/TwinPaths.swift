/// Paths that are one path to some file system. Names of objects are ASCII, so only strange paths can be twins here;
/// see `TwinNames` for the others.
enum TwinPaths {
    static func check(_ paths: [String], _ findings: inout [Finding]) {
        // Keyed by String, whose equality ignores how letters are composed, which is just what a twin is.
        var folded: [String: String] = [:]
        for path in paths {
            guard let twin = folded.updateValue(path, forKey: path.lowercased()) else { continue }
            findings.append(
                Finding(
                    .error, Place(file: path), code: "twin-names",
                    "\(Escaped(path)) and \(Escaped(twin)) differ only in spelling"))
        }
    }

    static func duplicate(_ path: String) -> Finding {
        Finding(.error, Place(file: path), code: "duplicate-path", "\(Escaped(path)) stands twice in the tree")
    }
}
