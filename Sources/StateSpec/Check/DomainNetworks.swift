/// A network that a domain uses and `networks` does not demand may be missing on the node it moves to.
enum DomainNetworks {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        if set.cluster.networks.isEmpty { return }
        let known = Set(set.cluster.networks.map(\.text))
        for domain in set.domains {
            guard let xml = domain.xml?.document else { continue }
            for (interface, line) in zip(xml.definition.interfaces, xml.interfaceLines) {
                let name: String
                switch interface {
                case .network(let network): name = network
                case .bridge(let bridge): name = bridge
                case .other: continue
                }
                if known.contains(name) { continue }
                findings.append(
                    Finding(
                        .notice, domain.xmlPlace(line: line), code: "unlisted-network",
                        "\(Escaped(name)) is not among the 'networks' of cluster.yaml",
                        hint: Suggestion.hint(for: name, among: known.sorted())))
            }
        }
    }
}
