/// Nodes that a domain names must be there, and one of them must be left to run on.
enum NodeReferences {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var retired: [NodeName: Bool] = [:]
        for node in set.nodes { retired[node.name] = node.draft?.spec.retired ?? false }
        let names = set.nodes.map(\.name.text)
        func unknown(_ name: NodeName, _ place: Place) {
            findings.append(
                Finding(
                    .error, place, code: "unknown-node", "there is no node '\(name)'",
                    hint: Suggestion.hint(for: name.text, among: names)))
        }
        for domain in set.domains {
            guard let draft = domain.wish else { continue }
            for item in draft.nodes where retired[item.value] == nil { unknown(item.value, domain.place(item.mark)) }
            if !draft.nodes.isEmpty, draft.nodes.allSatisfy({ retired[$0.value] == true }) {
                findings.append(
                    Finding(
                        .warning, domain.place(of: "nodes"), code: "retired-nodes",
                        "every node that '\(domain.name)' may run on is retired"))
            }
            guard let prefer = draft.wish.prefer, let mark = draft.prefer else { continue }
            if retired[prefer] == nil {
                unknown(prefer, domain.place(mark))
            } else if let nodes = draft.wish.nodes, !nodes.contains(prefer) {
                findings.append(
                    Finding(
                        .error, domain.place(mark), code: "prefer-outside-nodes",
                        "'prefer' names '\(prefer)', which 'nodes' does not allow",
                        hint: "add it to 'nodes' or prefer one of them"))
            }
        }
    }
}
