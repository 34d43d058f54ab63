import StateSpec

extension Survey {
    /// Where a domain may run, and why nowhere else: the nodes that have its networks and its storage.
    func places(
        of spec: DomainSpec, _ subject: Subject
    ) -> (wish: DomainWish, findings: [AdoptionFinding]) {
        let homes = Set(subject.homes.map { nodeName($0.node) })
        let bond = Bond(
            cluster: context.request.desired.cluster, hasClusterFile: request.base.hasClusterFile, name: spec.name,
            homes: homes.sorted())
        var wish = DomainWish()
        if spec.definition.hostDevices > 0 { wish.migrate = .never }
        let bonds = bond.findings(spec.definition)
        if !bonds.isEmpty {
            wish.nodes = homes.sorted()
            return (wish, bonds)
        }
        let demand = Admission.Demand(spec, context, isAnew: true)
        var nodes = homes
        var refused: [String] = []
        for entry in context.roster.entries where entry.spec != nil && entry.node != nil {
            if let refusal = Admission.lack(entry, demand), !homes.contains(entry.name) {
                refused.append("\(entry.name), which lacks \(Self.words(refusal))")
            } else {
                nodes.insert(entry.name)
            }
        }
        guard !refused.isEmpty else { return (wish, []) }
        wish.nodes = nodes.sorted()
        let finding = AdoptionFinding(
            .notice, "fewer-nodes", spec.name.text,
            "cannot run on \(refused.joined(separator: "; nor on ")), and its `nodes` say so",
            hint: "add nodes there once they have what it needs")
        return (wish, [finding])
    }

    private static func words(_ refusal: Refusal) -> String {
        switch refusal {
        case .network(let name): "an active network or bridge \(Escaped(name))"
        case .device(let path): Escaped(path).description
        default: "what it needs"
        }
    }
}
