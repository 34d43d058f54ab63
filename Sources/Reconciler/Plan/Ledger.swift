import StateSpec

/// What each node has to give at the worst instant of a plan: all that is there now, and all that is to come.
///
/// Departures are counted only for a step that waits for them, so that whatever subset of the plan has been carried
/// out at any moment, no node holds more than it may.
struct Ledger {
    /// What one domain needs.
    struct Need {
        var memory: Int64
        var vcpus: Int
    }

    /// A step that frees something when it has been seen to succeed.
    private struct Departure {
        let step: Int
        let uuid: DomainUUID
        let need: Need
    }

    /// What a node may give, and what is taken of it.
    struct Total {
        var memoryMax: Int64
        var vcpusMax: Int
        var memory: Int64 = 0
        var vcpus = 0
    }

    private struct Account {
        var total: Total
        var departures: [Departure] = []
    }

    /// How a domain fits on a node.
    enum Fit {
        /// It does, once these steps have succeeded.
        case fits(after: [Int])
        case refused(Refusal)
    }

    /// More than any machine has.
    fileprivate static let cpusMax = 1_000_000

    private var accounts: [Account]
    private var groups: GroupLedger

    init(_ context: PlanContext, groups: GroupLedger) {
        accounts = Self.totals(context).map { Account(total: $0) }
        self.groups = groups
    }

    /// What each node of the roster may give, and what all that is active there takes. A node that did not answer, or
    /// that git does not name, gives nothing.
    static func totals(_ context: PlanContext) -> [Total] {
        let cluster = context.request.desired.cluster
        var totals = context.roster.entries.map { entry in
            guard let node = entry.node else { return Total(memoryMax: 0, vcpusMax: 0) }
            var total = Total(memoryMax: 0, vcpusMax: 0)
            if let spec = entry.spec {
                let reserve = spec.memoryReserve ?? cluster.memoryReserve
                let vcpusMax =
                    Double(max(0, min(node.cpus, Self.cpusMax))) * (spec.cpuOvercommit ?? cluster.cpuOvercommit)
                total = Total(memoryMax: (node.memory - reserve).signed, vcpusMax: Int(vcpusMax))
            }
            for domain in node.domains where domain.activity.holdsDisks {
                // What an opaque one takes is not known: `Admission` keeps its node from taking anything.
                guard let definition = domain.definition else { continue }
                let need = Need(definition)
                total.memory += need.memory
                total.vcpus += need.vcpus
            }
            return total
        }
        // It was promised its room when it began.
        for (spec, node) in context.mayLand {
            let need = Need(spec.definition)
            totals[node].memory += need.memory
            totals[node].vcpus += need.vcpus
        }
        return totals
    }

    /// Whether a domain fits on a node, and after which steps.
    ///
    /// - Parameter isRestart: whether it is off by then, so that what it takes now is free too.
    func fit(_ need: Need, of domain: DomainSpec, on node: Int, isRestart: Bool = false) -> Fit {
        let account = accounts[node]
        let total = account.total
        var waits: [Int]
        switch groups.fit(domain, on: node) {
        case .refused(let refusal): return .refused(refusal)
        case .fits(let after): waits = after
        }
        var memoryFree = total.memoryMax - total.memory - need.memory
        var vcpusFree = total.vcpusMax - total.vcpus - need.vcpus
        for departure in account.departures where isRestart || departure.uuid != domain.uuid {
            let isAwaited = waits.contains(departure.step)
            guard memoryFree < 0 || vcpusFree < 0 || isAwaited else { continue }
            memoryFree += departure.need.memory
            vcpusFree += departure.need.vcpus
            if !isAwaited { waits.append(departure.step) }
        }
        if memoryFree < 0 { return .refused(.memory(short: MemorySize(kibibytes: UInt64(-memoryFree)))) }
        if vcpusFree < 0 { return .refused(.vcpus(short: -vcpusFree)) }
        return .fits(after: waits.sorted())
    }

    /// All that speaks against the node once everything has left that will, where `fit` is content with the first.
    func refusals(_ need: Need, of domain: DomainSpec, on node: Int) -> [Refusal] {
        let account = accounts[node]
        var memoryFree = account.total.memoryMax - account.total.memory - need.memory
        var vcpusFree = account.total.vcpusMax - account.total.vcpus - need.vcpus
        for departure in account.departures where departure.uuid != domain.uuid {
            memoryFree += departure.need.memory
            vcpusFree += departure.need.vcpus
        }
        var refusals = groups.refusals(domain, on: node)
        if memoryFree < 0 { refusals.append(.memory(short: MemorySize(kibibytes: UInt64(-memoryFree)))) }
        if vcpusFree < 0 { refusals.append(.vcpus(short: -vcpusFree)) }
        return refusals
    }

    /// Where the node stands after taking `need`: the larger of its memory and vCPU shares, and the rules it bends.
    func score(_ need: Need, of domain: DomainSpec, on node: Int) -> (softRules: Int, load: Double) {
        let total = accounts[node].total
        let memory = Double(total.memory + need.memory) / Double(max(total.memoryMax, 1))
        let vcpus = Double(total.vcpus + need.vcpus) / Double(max(total.vcpusMax, 1))
        return (groups.softViolations(domain, on: node), max(memory, vcpus))
    }

    mutating func arrive(_ domain: DomainSpec, _ need: Need, on node: Int) {
        accounts[node].total.memory += need.memory
        accounts[node].total.vcpus += need.vcpus
        groups.arrive(domain, on: node)
    }

    /// Counts a domain as on the node by its groups; its memory is counted already.
    mutating func join(_ domain: DomainSpec, on node: Int) { groups.arrive(domain, on: node) }

    mutating func depart(_ domain: DomainSpec, _ need: Need, from node: Int, with step: Int) {
        accounts[node].departures.append(Departure(step: step, uuid: domain.uuid, need: need))
        groups.depart(domain, from: node, with: step)
    }
}

extension MemorySize {
    /// For differences that may be negative. What a node says of itself is capped, so that no sum can overflow.
    fileprivate var signed: Int64 { Int64(clamping: min(self, .specMax).kibibytes) }
}

extension Ledger.Need {
    /// What a definition says.
    init(_ definition: DomainDefinition) {
        memory = definition.memory.signed
        vcpus = max(0, min(definition.vcpus, Ledger.cpusMax))
    }

    /// The more of what git wishes and what runs: a migrated domain arrives as it is, a started one as git has it.
    init(_ spec: DomainSpec, running: ObservedDomain?) {
        memory = max(spec.definition.memory.signed, running?.definition?.memory.signed ?? 0)
        vcpus = max(0, min(max(spec.definition.vcpus, running?.definition?.vcpus ?? 0), Ledger.cpusMax))
    }
}
