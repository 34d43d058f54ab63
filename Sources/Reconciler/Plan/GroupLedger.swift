import StateSpec

/// Which members of `apart` and `together` groups are, or will be, on which node.
struct GroupLedger {
    private struct Member {
        let name: DomainName
        let uuid: DomainUUID
        /// The step that takes it away, once there is one.
        var leavesWith: Int?
    }

    /// Hard and soft members alike, by group and node.
    private var apart: [GroupName: [Int: [Member]]] = [:]
    /// Where members of `together` groups are or will be; those that are about to move have no place yet.
    private var together: [GroupName: [DomainUUID: (name: DomainName, node: Int)]] = [:]

    /// - Parameter placed: domains in some group with the node on which each is active.
    /// - Parameter moving: those that will leave it.
    init(placed: [(spec: DomainSpec, node: Int)], moving: Set<DomainUUID>) {
        for (spec, node) in placed {
            for rule in spec.wish.apart {
                apart[rule.group, default: [:]][node, default: []].append(Member(name: spec.name, uuid: spec.uuid))
            }
            guard !moving.contains(spec.uuid) else { continue }
            for rule in spec.wish.together { together[rule.group, default: [:]][spec.uuid] = (spec.name, node) }
        }
    }

    func fit(_ domain: DomainSpec, on node: Int) -> Ledger.Fit {
        var waits: [Int] = []
        for rule in domain.wish.apart where !rule.isSoft {
            for member in apart[rule.group]?[node] ?? [] where member.uuid != domain.uuid {
                guard let step = member.leavesWith else { return .refused(apart(domain, member)) }
                if !waits.contains(step) { waits.append(step) }
            }
        }
        for rule in domain.wish.together where !rule.isSoft {
            let others = (together[rule.group] ?? [:]).filter { $0.key != domain.uuid && $0.value.node != node }
            if let first = others.values.map(\.name).min() { return .refused(together(domain, first)) }
        }
        return .fits(after: waits)
    }

    /// All members of hard groups that speak against the node, where `fit` is content with the first.
    func refusals(_ domain: DomainSpec, on node: Int) -> [Refusal] {
        var refusals: [Refusal] = []
        for rule in domain.wish.apart where !rule.isSoft {
            for member in apart[rule.group]?[node] ?? [] where member.uuid != domain.uuid && member.leavesWith == nil {
                refusals.append(apart(domain, member))
            }
        }
        for rule in domain.wish.together where !rule.isSoft {
            let others = (together[rule.group] ?? [:]).filter { $0.key != domain.uuid && $0.value.node != node }
            if let first = others.values.map(\.name).min() { refusals.append(together(domain, first)) }
        }
        return refusals
    }

    private func apart(_ domain: DomainSpec, _ member: Member) -> Refusal {
        .apart(from: member.name.text, RuleOrigin(domain.origins["apart"]))
    }

    private func together(_ domain: DomainSpec, _ other: DomainName) -> Refusal {
        .together(with: other.text, RuleOrigin(domain.origins["together"]))
    }

    func softViolations(_ domain: DomainSpec, on node: Int) -> Int {
        var count = 0
        for rule in domain.wish.apart where rule.isSoft {
            count += (apart[rule.group]?[node] ?? []).filter { $0.uuid != domain.uuid && $0.leavesWith == nil }.count
        }
        for rule in domain.wish.together where rule.isSoft {
            count += (together[rule.group] ?? [:]).filter { $0.key != domain.uuid && $0.value.node != node }.count
        }
        return count
    }

    mutating func arrive(_ domain: DomainSpec, on node: Int) {
        for rule in domain.wish.apart {
            apart[rule.group, default: [:]][node, default: []].append(Member(name: domain.name, uuid: domain.uuid))
        }
        for rule in domain.wish.together { together[rule.group, default: [:]][domain.uuid] = (domain.name, node) }
    }

    mutating func depart(_ domain: DomainSpec, from node: Int, with step: Int) {
        for rule in domain.wish.apart {
            guard var members = apart[rule.group]?[node] else { continue }
            for index in members.indices where members[index].uuid == domain.uuid { members[index].leavesWith = step }
            apart[rule.group]?[node] = members
        }
    }
}
