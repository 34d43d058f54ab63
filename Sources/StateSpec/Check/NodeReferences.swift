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
        func checkPrefer(_ domain: DomainFiles, _ draft: WishDraft) {
            guard let prefer = draft.wish.prefer, let mark = draft.prefer else { return }
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
        // Neighbours tend to name the same nodes, and ten thousand look-ups of what was just looked up take long.
        var fine: [NodeName] = []
        for domain in set.domains {
            guard let draft = domain.wish?.draft else { continue }
            if let nodes = draft.wish.nodes, nodes == fine {
                if let prefer = draft.wish.prefer, !nodes.contains(prefer) { checkPrefer(domain, draft) }
                continue
            }
            if draft.nodes.contains(where: { retired[$0.value] == false }),
                draft.nodes.allSatisfy({ retired[$0.value] != nil })
            {
                fine = draft.wish.nodes ?? []
            }
            for item in draft.nodes where retired[item.value] == nil { unknown(item.value, domain.place(item.mark)) }
            if !draft.nodes.isEmpty, draft.nodes.allSatisfy({ retired[$0.value] == true }) {
                findings.append(
                    Finding(
                        .warning, domain.place(of: "nodes"), code: "retired-nodes",
                        "every node that '\(domain.name)' may run on is retired"))
            }
            checkPrefer(domain, draft)
        }
    }
}
