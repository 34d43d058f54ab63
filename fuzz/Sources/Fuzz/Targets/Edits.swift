import StateSpec

extension FuzzTarget {
    /// The editor behind the verbs: one key of a file that somebody else wrote.
    static let edits: [FuzzTarget] = [
        FuzzTarget("edit", corpus: ["cluster.d", "examples", "Tests/ReconcilerTests/Scenarios"], endings: [".yaml"]) {
            bytes in
            let before = YAMLReader.read(bytes)
            guard before.problems.isEmpty else {
                // What cannot be read may be refused, not made worse.
                _ = try? YAMLEditor.set("run", to: .string("manual"), in: bytes)
                return
            }
            if let set = try? YAMLEditor.set("run", to: .string("manual"), in: bytes) {
                let after = YAMLReader.read(set)
                demand(after.problems.isEmpty, "an edit broke the file")
                demand(after.root?["run"]?.text == "manual", "an edit is not there")
                demand(others(after) == others(before), "an edit changed another key")
            }
            if let removed = try? YAMLEditor.remove("run", from: bytes) {
                let after = YAMLReader.read(removed)
                demand(after.problems.isEmpty && after.root?["run"] == nil, "a removal broke the file, or did nothing")
                demand(others(after) == others(before), "a removal changed another key")
            }
        }
    ]

    /// All keys but the edited one, without their places.
    private static func others(_ document: YAMLDocument) -> [String] {
        guard let root = document.root, case .mapping(let entries) = root.content else { return [] }
        return entries.filter { $0.key != "run" }.map { "\($0.key): \(shape($0.value))" }
    }

    private static func shape(_ node: YAMLNode) -> String {
        switch node.content {
        case .mapping(let entries): "{" + entries.map { "\($0.key): \(shape($0.value))" }.joined(separator: ",") + "}"
        case .sequence(let items): "[" + items.map(shape).joined(separator: ",") + "]"
        default: "\(node.content)"
        }
    }
}
