/// Paths that are one path to some file system, or that git lists twice.
enum TwinPaths {
    static func check(_ tree: SpecTree, _ findings: inout [Finding]) {
        // Keyed by String, whose equality ignores how letters are composed, which is just what a twin is.
        var folded: [String: String] = [:]
        var previous: String?
        for file in tree.files {
            if let previous, previous.utf8.elementsEqual(file.path.utf8) {
                let message = "\(Escaped(file.path)) stands twice in the tree"
                findings.append(Finding(.error, Place(file: file.path), code: "duplicate-path", message))
            } else if !file.path.utf8.allSatisfy({ $0 < 0x80 }) {
                let key = file.path.lowercased()
                if let twin = folded[key] {
                    let message = "\(Escaped(file.path)) and \(Escaped(twin)) differ only in spelling"
                    findings.append(Finding(.error, Place(file: file.path), code: "twin-names", message))
                } else {
                    folded[key] = file.path
                }
            }
            previous = file.path
        }
    }
}
