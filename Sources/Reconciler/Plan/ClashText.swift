import StateSpec

/// Rules that cannot be kept together, in words: what stands in the way of a domain that must leave its node, whatever
/// were moved besides.
struct ClashText {
    private let reckoning: Reckoning
    private let context: PlanContext

    init(_ reckoning: Reckoning, _ context: PlanContext) {
        self.reckoning = reckoning
        self.context = context
    }

    /// "; not even by moving others: y is on hold (domains/y.yaml:2), and beta and gamma have no more memory"; empty where
    /// nobody else's rule is to blame, which the sum of refusals says as well.
    func words(_ clashes: [Clash], of mover: DomainUUID) -> RuleText {
        let rules = clashes.compactMap { rule($0, mover) }
        guard !rules.isEmpty else { return "" }
        let list = RuleText(rules + closed(clashes, mover) + room(clashes), separator: ", ")
        return "; moving others does not help, because \(list)"
    }

    private func rule(_ clash: Clash, _ mover: DomainUUID) -> RuleText? {
        switch clash {
        case .memory, .vcpus, .closed: nil
        case .apart(let group): groupWords(group, "apart") { $0.apart }
        case .together(let group): groupWords(group, "together") { $0.together }
        case .admission(let domain, let nodes):
            isOther(domain, than: mover) ? "\(name(domain)) \(bar(domain, nodes))" : nil
        case .immovable(let domain), .goal(let domain):
            isOther(domain, than: mover) ? "\(name(domain)) \(anchor(domain))" : nil
        }
    }

    private func isOther(_ domain: Int, than mover: DomainUUID) -> Bool {
        reckoning.subjects[domain].domain.spec.uuid != mover
    }

    private func name(_ domain: Int) -> String { reckoning.subjects[domain].domain.spec.name.text }

    private func nodes(_ nodes: [Int]) -> String {
        nodes.sorted().map { context.roster.entries[$0].name.text }.joined(separator: " and ")
    }

    /// Nodes that are out of the question for everybody, but for the one that is to be left.
    private func closed(_ clashes: [Clash], _ mover: DomainUUID) -> [RuleText] {
        let homes = reckoning.subjects.first { $0.domain.spec.uuid == mover }?.domain.active.map(\.node) ?? []
        let closed = clashes.compactMap { if case .closed(let node) = $0, !homes.contains(node) { node } else { nil } }
        return closed.isEmpty ? [] : ["\(nodes(closed)) may take none of them"]
    }

    /// What nodes would have to have more of.
    private func room(_ clashes: [Clash]) -> [RuleText] {
        let memory = clashes.compactMap { if case .memory(let node) = $0 { node } else { nil } }
        let vcpus = clashes.compactMap { if case .vcpus(let node) = $0 { node } else { nil } }
        var words: [RuleText] = []
        if !memory.isEmpty { words.append("memory is short on \(nodes(memory))") }
        if !vcpus.isEmpty { words.append("vCPUs are short on \(nodes(vcpus))") }
        return words
    }

    /// Why a domain does not go to these nodes.
    private func bar(_ domain: Int, _ nodes: [Int]) -> RuleText {
        let demand = Admission.Demand(reckoning.subjects[domain].domain.spec, context)
        let parts = nodes.compactMap { node -> RuleText? in
            guard let refusal = Admission.standing(context.roster.entries[node], demand) else { return nil }
            return "\(context.roster.entries[node].name.text) (\(refusal.obstacle))"
        }
        return "does not go to \(RuleText(parts, separator: " or "))"
    }

    /// Why a domain cannot be moved.
    private func anchor(_ domain: Int) -> RuleText {
        let subject = reckoning.subjects[domain]
        let spec = subject.domain.spec
        if spec.wish.hold != nil { return "is on hold\(RuleOrigin(spec.origins["hold"]))" }
        if subject.isMover { return "has to leave its node, too" }
        if spec.wish.migrate != .live {
            return "says migrate: \(spec.wish.migrate.rawValue)\(RuleOrigin(spec.origins["migrate"]))"
        }
        if case .settled(_, let reason) = subject.verdict { return "stays: \(reason.words)" }
        return "cannot be migrated live"
    }

    private func groupWords(_ group: Int, _ kind: String, _ groups: (ClusterModel.Domain) -> [Int]) -> RuleText {
        let members = reckoning.model.domains.indices.filter { groups(reckoning.model.domains[$0]).contains(group) }
        let places = members.compactMap { reckoning.subjects[$0].domain.spec.origins[kind] }.sorted()
        let names = members.prefix(3).map(name).joined(separator: ", ") + (members.count > 3 ? ", …" : "")
        return "\(names) are to stay \(kind)\(RuleOrigin(places.first))"
    }
}

extension Reckoning.Subject {
    /// Whether it must leave its node.
    fileprivate var isMover: Bool {
        switch verdict {
        case .move, .moveTo: true
        case .settled, .start, .stop, .restart, .removeLeftover: false
        }
    }
}
