/// What domains' XML may ask of nodes, by the policy of the controller. `findings:` in `cluster.yaml` has no say in it.
enum PolicyObedience {
    /// Adds a finding for each breach, and names the domains that have one.
    static func check(_ set: SpecSet, _ policy: XMLPolicy, _ findings: inout [Finding]) -> Set<DomainName> {
        let targets = NamedTargets(set, policy)
        var outlawed: Set<DomainName> = []
        for domain in set.domains {
            for breach in domain.xml?.breaches ?? [] where !(breach.need.map(targets.meet) ?? false) {
                findings.append(breach.finding(in: domain.xmlPath ?? ""))
                outlawed.insert(domain.name)
            }
        }
        return outlawed
    }

    /// The iSCSI targets that the commit names and the policy leaves to it.
    private struct NamedTargets {
        private var portals: [String: Set<String>] = [:]
        private var pinned: Set<WWID> = []
        /// Whether the commit names targets that the policy does not leave to it. Then a pin says nothing: the LUN that has
        /// the identity may be of one of those.
        private var hasOthers = false

        init(_ set: SpecSet, _ policy: XMLPolicy) {
            for spec in set.iscsi.compactMap(\.draft?.spec) {
                for target in spec.targets {
                    guard policy.disks.hasTargetsOfGit || policy.disks.targets.contains(target.name.text) else {
                        hasOthers = true
                        continue
                    }
                    portals[target.name.text, default: []].formUnion(spec.portals.map(\.description))
                    pinned.formUnion(target.luns.compactMap { $0.wwid.map(WWID.init) })
                }
            }
        }

        func meet(_ need: ISCSINeed) -> Bool {
            switch need {
            case .target(let name, let wanted): portals[name].map { $0.isSuperset(of: wanted) } ?? false
            // That it leads to a disk of one of these targets' sessions is seen on the node.
            case .wwid(let wwid): !hasOthers && pinned.contains(wwid)
            }
        }
    }
}
