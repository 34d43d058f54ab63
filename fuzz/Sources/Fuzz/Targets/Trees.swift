import StateSpec

extension FuzzTarget {
    /// A tree of a commit, as its paths: a line each, with a kind before it.
    static let trees: [FuzzTarget] = [
        FuzzTarget("tree", corpus: ["fuzz/corpus"], endings: [".tree"]) { bytes in
            var files: [SpecFile] = []
            for line in bytes.split(separator: 0x0A).prefix(200) {
                let path = String(decoding: line.dropFirst(), as: UTF8.self)
                let text = path.hasSuffix(".xml") ? SampleCluster.xml("web1", 1) : "name: web1\n"
                switch line.first {
                case UInt8(ascii: "l"):
                    files.append(SpecFile(path: path, blob: nil, kind: .symlink) { Array(text.utf8) })
                case UInt8(ascii: "m"):
                    files.append(SpecFile(path: path, blob: nil, kind: .submodule) { Array(text.utf8) })
                default: files.append(SpecFile(path: path, bytes: Array(text.utf8)))
                }
            }
            var loader = SpecLoader()
            let load = loader.load(SpecTree(files: files))
            demand((load.state == nil) == !load.errors.isEmpty, "a state beside errors, or none without")
            for finding in load.findings { demand(isPrintable(finding.description), "a finding that cannot be shown") }
            // A second load, of what is remembered, says the same.
            let again = loader.load(SpecTree(files: files))
            demand(again.findings == load.findings, "a second load says something else")
        }
    ]
}
