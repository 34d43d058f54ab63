import StateSpec

/// A plan's context in numbers, and the way back from numbers to names.
///
/// A node has the same index here as in the roster. Every domain of git that is active or is to be started is a domain
/// of the model; what else a node holds is held.
struct Reckoning {
    /// What a domain of the model stands for.
    struct Subject {
        let domain: Case
        /// What the rules made of it.
        let verdict: Verdict
    }

    let model: ClusterModel
    /// One for each domain of the model.
    let subjects: [Subject]
    /// For each domain of the model, the nodes that may take it where it is started anew, as an index into `admissions`.
    private let startAdmissions: [Int]

    /// The model as it is when what runs has to be started again: no CPU is to be the same, and git's XML counts.
    var modelOfStarts: ClusterModel {
        var model = model
        for index in startAdmissions.indices { model.domains[index].admission = startAdmissions[index] }
        return model
    }

    init(_ context: PlanContext, _ cases: [Case], _ verdicts: [Verdict]) {
        var nodes = Self.nodes(context)
        var domains: [ClusterModel.Domain] = []
        var subjects: [Subject] = []
        var admissions = Admissions(context)
        var groups = GroupNumbers()
        var startAdmissions: [Int] = []
        for (domain, verdict) in zip(cases, verdicts) {
            let homes = domain.active.map { (node: $0.node, running: Optional($0.domain)) }
            var places = homes.map { (node: Optional($0.node), $0.running) }
            if places.isEmpty, case .start = verdict { places = [(nil, nil)] }
            guard !places.isEmpty else { continue }
            let (admission, startAdmission) = admissions.numbers(of: domain.spec)
            // One that is on two nodes takes its share of both, and is none that could be moved.
            let canMove = places.count == 1 && Self.canMove(domain, verdict)
            for (home, running) in places {
                let need = Ledger.Need(domain.spec, running: running)
                var entry = ClusterModel.Domain(
                    memory: need.memory, vcpus: Int64(need.vcpus), home: home, canMove: canMove, admission: admission)
                groups.add(domain.wish, to: &entry)
                domains.append(entry)
                startAdmissions.append(startAdmission)
                subjects.append(Subject(domain: domain, verdict: verdict))
                if let home { Self.settle(running, with: need, on: &nodes[home]) }
            }
        }
        model = ClusterModel(nodes: nodes, domains: domains, admissions: admissions.sets, groupCount: groups.count)
        self.subjects = subjects
        self.startAdmissions = startAdmissions
    }

    /// What is active on a node, less what counts as a domain of the model; capacity as `Ledger` has it.
    private static func nodes(_ context: PlanContext) -> [ClusterModel.Node] {
        let cluster = context.request.desired.cluster
        return Ledger.totals(context).enumerated().map { index, total in
            let entry = context.roster.entries[index]
            var node = ClusterModel.Node(memory: total.memoryMax, vcpus: Int64(total.vcpusMax))
            node.memoryHeld = total.memory
            node.vcpusHeld = Int64(total.vcpus)
            node.isBalanced = entry.takesDomains
            let bandwidth = entry.spec?.migrationBandwidth ?? cluster.migrationBandwidth
            node.bandwidth = Int64(clamping: bandwidth.kibibytes)
            node.migrationsMax = cluster.concurrency.migrationsPerNode
            return node
        }
    }

    /// Takes a domain of the model out of what its node holds besides.
    private static func settle(_ running: ObservedDomain?, with need: Ledger.Need, on node: inout ClusterModel.Node) {
        guard let definition = running?.definition else { return }
        let seen = Ledger.Need(definition)
        node.memoryHeld -= seen.memory
        node.vcpusHeld -= Int64(seen.vcpus)
    }

    /// Whether a domain may be moved live: one that must, or one at rest that could.
    private static func canMove(_ domain: Case, _ verdict: Verdict) -> Bool {
        switch verdict {
        case .move, .moveTo: domain.wish.migrate == .live
        case .settled(.inSync, _): Classify.mayMigrate(domain)
        // A drain by name may have to push others aside, as any drain may.
        case .settled(.held, _): Classify.isInSyncUnasked(domain) && Classify.mayMigrate(domain)
        case .settled, .start, .stop, .restart, .removeLeftover: false
        }
    }
}

/// The sets of nodes that may take a domain, each once: what `Admission` says, worked out for many domains at a time.
private struct Admissions {
    private(set) var sets: [NodeSet] = []
    private let context: PlanContext
    private var numbers: [NodeSet: Int] = [:]
    private var kinds: [Admission.Demand.Kind: NodeSet] = [:]
    /// The nodes that show a device, by its name; nil before the first question.
    private var nodesByDevice: [String: NodeSet]?

    init(_ context: PlanContext) { self.context = context }

    /// The set for what runs, or is to be started, and the one for a start anew.
    mutating func numbers(of spec: DomainSpec) -> (now: Int, start: Int) {
        let demand = Admission.Demand(spec, context)
        let now = number(of: demand)
        guard demand.mayDiffer(fromStartOf: spec.definition) else { return (now, now) }
        return (now, number(of: Admission.Demand(spec, context, isAnew: true)))
    }

    private mutating func number(of demand: Admission.Demand) -> Int {
        var demand = demand
        let (devices, luns) = (demand.devices, demand.luns)
        demand.devices = []
        demand.luns = []
        var set = nodes(meeting: demand)
        if !devices.isEmpty { restrict(&set, to: devices, luns) }
        for node in context.roster.entries.indices where !luns.isEmpty && set.contains(node) {
            let isRefused = luns.contains { $0.obstacle(on: node) != nil || $0.difference(on: node) != nil }
            if isRefused { set.remove(node) }
        }
        if let number = numbers[set] { return number }
        numbers[set] = sets.count
        sets.append(set)
        return sets.count - 1
    }

    private mutating func nodes(meeting demand: Admission.Demand) -> NodeSet {
        let kind = demand.kind
        if let set = kinds[kind] { return set }
        var set = NodeSet(count: context.roster.entries.count)
        for (index, entry) in context.roster.entries.enumerated()
        where Admission.standing(entry, demand) == nil { set.insert(index) }
        kinds[kind] = set
        return set
    }

    /// Takes out the nodes that are known not to have one of the devices, and not to get it by a login.
    private mutating func restrict(_ set: inout NodeSet, to devices: [String], _ luns: [LUNDemand]) {
        let index = nodesByDevice ?? listed()
        nodesByDevice = index
        for (node, entry) in context.roster.entries.enumerated() where set.contains(node) && entry.listsDevices {
            let hasAll = devices.allSatisfy { name in
                index[name]?.contains(node) ?? false || luns.contains { $0.path == name && $0.comes(to: node) }
            }
            if !hasAll { set.remove(node) }
        }
    }

    private func listed() -> [String: NodeSet] {
        var index: [String: NodeSet] = [:]
        let entries = context.roster.entries
        for (node, entry) in entries.enumerated() {
            for name in entry.node?.storage?.links.keys ?? [:].keys {
                index[name, default: NodeSet(count: entries.count)].insert(node)
            }
        }
        return index
    }
}

/// Numbers for groups: one name may be a group of both kinds.
private struct GroupNumbers {
    private(set) var count = 0
    private var apart: [GroupName: Int] = [:]
    private var together: [GroupName: Int] = [:]

    mutating func add(_ wish: DomainWish, to domain: inout ClusterModel.Domain) {
        for rule in wish.apart {
            let group = Self.number(of: rule.group, in: &apart, &count)
            if rule.isSoft { domain.apartSoft.append(group) } else { domain.apart.append(group) }
        }
        for rule in wish.together {
            let group = Self.number(of: rule.group, in: &together, &count)
            if rule.isSoft { domain.togetherSoft.append(group) } else { domain.together.append(group) }
        }
    }

    private static func number(of group: GroupName, in numbers: inout [GroupName: Int], _ count: inout Int) -> Int {
        if let number = numbers[group] { return number }
        numbers[group] = count
        count += 1
        return count - 1
    }
}
