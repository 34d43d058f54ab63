/// A domain's `requires`, together with its `nodes`, must leave it a node.
enum LabelRequirements {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var holders: [String: Set<NodeName>] = [:]
        for node in set.nodes {
            guard let spec = node.draft?.spec, !spec.retired else { continue }
            for label in spec.labels { holders[label, default: []].insert(node.name) }
        }
        let labels = holders.keys.sorted()
        for domain in set.domains {
            guard let draft = domain.wish?.draft, !draft.requires.isEmpty else { continue }
            var candidates = draft.wish.nodes.map { Set($0) }
            var isKnown = true
            for item in draft.requires {
                guard let nodes = holders[item.value] else {
                    isKnown = false
                    findings.append(
                        Finding(
                            .warning, domain.place(item.mark), code: "unknown-label",
                            "no node has the label '\(item.value)'",
                            hint: Suggestion.hint(for: item.value, among: labels)))
                    continue
                }
                candidates = candidates?.intersection(nodes) ?? nodes
            }
            // With an unknown label nothing is left anyway, and the warning says why.
            guard isKnown, let candidates, candidates.isEmpty else { continue }
            let wanted = draft.wish.requires.joined(separator: ", ")
            let among = draft.wish.nodes == nil ? "no node has" : "none of its 'nodes' has"
            findings.append(
                Finding(
                    .error, domain.place(of: "requires"), code: "no-candidate-node",
                    "\(among) all that '\(domain.name)' requires: \(wanted)"))
        }
    }
}
