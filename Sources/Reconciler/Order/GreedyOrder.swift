/// An order found quickly, for clusters of any size: whatever can go to its end goes, and when nothing can, one domain is
/// moved out of the way, for good or for a while.
struct GreedyOrder {
    let problem: OrderProblem
    var arrangement: Arrangement
    private(set) var sequence: [Relocation] = []
    /// By domain, where it is to end; -1 for one that may stay, or whose end is not chosen yet.
    var end: [Int]
    /// By domain, whether it still has to move.
    var isPending: [Bool]
    /// What will be in use on each node when everything is where it is to end.
    var memoryEnd: [Int64]
    var vcpusEnd: [Int64]
    /// By node, what may be moved off it.
    private(set) var inhabitants: [[Int]]
    /// By node, the domains that wait for room on it, largest first.
    private var waiting: [[Int]]
    /// By domain, how large it is taken to be where the larger comes first.
    private let size: [Int64]
    /// Domains that must leave for any node that takes them, largest first.
    private(set) var leaving: [Int] = []
    /// Nodes that have room which was not offered yet.
    private var offered: [Int] = []
    private var isOffered: [Bool]

    /// - Parameter variant: 0, or another number for another order among domains of about the same size.
    init(_ problem: OrderProblem, variant: Int = 0) {
        self.problem = problem
        let model = problem.model
        size = model.domains.indices.map { Self.size(model.domains[$0].memory, $0, variant) }
        arrangement = Arrangement(model)
        end = Array(repeating: -1, count: model.domains.count)
        isPending = Array(repeating: false, count: model.domains.count)
        memoryEnd = arrangement.occupancy.memory
        vcpusEnd = arrangement.occupancy.vcpus
        waiting = Array(repeating: [], count: model.nodes.count)
        inhabitants = waiting
        for domain in problem.movers { inhabitants[arrangement.position[domain]].append(domain) }
        isOffered = Array(repeating: false, count: model.nodes.count)
        for domain in problem.movers where problem.unit[domain] < 0 {
            let home = arrangement.position[domain]
            if case .node(let node) = problem.ends[domain] {
                end[domain] = node
                if node != home { aim(domain, at: node) }
            } else if !problem.mayEnd(domain, on: home) {
                isPending[domain] = true
                count(domain, on: home, -1)
                leaving.append(domain)
            }
        }
        for index in problem.units.indices { placeUnit(index) }
        leaving = sorted(leaving)
        for node in waiting.indices { waiting[node] = sorted(waiting[node]) }
    }

    /// The sequence, or nil when it did not find one.
    mutating func run() -> [Relocation]? {
        for node in waiting.indices where !waiting[node].isEmpty { offer(node) }
        let stepsMax = 3 * problem.movers.count + 100
        while sequence.count < stepsMax {
            moveWhatFits()
            if leaveOne() { continue }
            let stuck = waiting.indices.flatMap { waiting[$0] } + leaving
            if stuck.isEmpty { break }
            guard makeRoom(for: sorted(stuck)) else { return nil }
        }
        return problem.isSettled(arrangement.position) ? sequence : nil
    }

    /// Sends a domain to a node as soon as there is room.
    private mutating func aim(_ domain: Int, at node: Int) {
        count(domain, on: arrangement.position[domain], -1)
        count(domain, on: node, 1)
        end[domain] = node
        isPending[domain] = true
        waiting[node].append(domain)
    }

    /// Chooses where the members of a unit end: where fewest have to move, then where most room is left.
    private mutating func placeUnit(_ index: Int) {
        let unit = problem.units[index]
        var best: (cost: OrderCost, misses: Int, load: Double, node: Int)?
        for node in unit.first.map(problem.endNodes) ?? [] {
            let arriving = unit.filter { arrangement.position[$0] != node }
            let memory = arriving.reduce(memoryEnd[node]) { $0 + problem.model.domains[$1].memory }
            let vcpus = arriving.reduce(vcpusEnd[node]) { $0 + problem.model.domains[$1].vcpus }
            let spec = problem.model.nodes[node]
            guard arriving.isEmpty || (memory <= spec.memory && vcpus <= spec.vcpus) else { continue }
            let cost = arriving.reduce(OrderCost()) { $0 + problem.single($1) }
            let misses = unit.reduce(0) { $0 + problem.misses($1, on: node, arrangement.position).prefer }
            let load = Double(memory) / Double(max(spec.memory, 1))
            if let best, (best.cost, best.misses, best.load) <= (cost, misses, load) { continue }
            best = (cost, misses, load, node)
        }
        guard let best else { return }
        for domain in unit {
            end[domain] = best.node
            if arrangement.position[domain] != best.node { aim(domain, at: best.node) }
        }
    }

    /// Offers what became free, until nobody takes any more.
    private mutating func moveWhatFits() {
        while let node = offered.first {
            offered.removeFirst()
            isOffered[node] = false
            var left: [Int] = []
            for domain in waiting[node] {
                if arrangement.canMove(domain, to: node) {
                    isPending[domain] = false
                    step(domain, to: node)
                } else {
                    left.append(domain)
                }
            }
            waiting[node] = left
        }
    }

    /// Lets one that must leave go where it fits now and will not be in the way.
    private mutating func leaveOne() -> Bool {
        for (index, domain) in leaving.enumerated() {
            guard let node = place(for: domain) else { continue }
            leaving.remove(at: index)
            isPending[domain] = false
            count(domain, on: node, 1)
            step(domain, to: node)
            return true
        }
        return false
    }

    /// The best node for a domain that may end on several: one that meets its wishes, then the least loaded.
    func place(for domain: Int, but avoided: Int = -1) -> Int? {
        var best: (prefer: Int, soft: Int, load: Double, node: Int)?
        for node in problem.endNodes(domain) where node != avoided && arrangement.canMove(domain, to: node) {
            guard willFit(domain, on: node) else { continue }
            let misses = problem.misses(domain, on: node, arrangement.position)
            let load = loadAtEnd(of: node, adding: domain)
            if let best, (best.prefer, best.soft, best.load) <= (misses.prefer, misses.soft, load) { continue }
            best = (misses.prefer, misses.soft, load, node)
        }
        return best?.node
    }

    /// Carries out a migration, and offers the room that it leaves.
    mutating func step(_ domain: Int, to node: Int) {
        let source = arrangement.position[domain]
        arrangement.move(domain, to: node)
        inhabitants[source].removeAll { $0 == domain }
        inhabitants[node].append(domain)
        sequence.append(Relocation(domain: domain, source: source, target: node))
        offer(source)
    }

    /// Moves a domain out of the way. One that has an end elsewhere comes to it later; one that has none stays there.
    mutating func park(_ domain: Int, on node: Int) {
        if end[domain] >= 0, !isPending[domain] {
            isPending[domain] = true
            waiting[end[domain]] = sorted(waiting[end[domain]] + [domain])
        } else if end[domain] < 0 {
            count(domain, on: arrangement.position[domain], -1)
            count(domain, on: node, 1)
        }
        step(domain, to: node)
        if isPending[domain], end[domain] >= 0 { offer(end[domain]) }
    }

    mutating func count(_ domain: Int, on node: Int, _ sign: Int64) {
        memoryEnd[node] += sign * problem.model.domains[domain].memory
        vcpusEnd[node] += sign * problem.model.domains[domain].vcpus
    }

    /// Whether there will be room, too, when all that is to end there has come.
    func willFit(_ domain: Int, on node: Int) -> Bool {
        memoryEnd[node] + problem.model.domains[domain].memory <= problem.model.nodes[node].memory
            && vcpusEnd[node] + problem.model.domains[domain].vcpus <= problem.model.nodes[node].vcpus
    }

    private func loadAtEnd(of node: Int, adding domain: Int) -> Double {
        let (model, spec) = (problem.model, problem.model.domains[domain])
        return max(
            Double(memoryEnd[node] + spec.memory) / Double(max(model.nodes[node].memory, 1)),
            Double(vcpusEnd[node] + spec.vcpus) / Double(max(model.nodes[node].vcpus, 1)))
    }

    /// The largest first: it finds least room.
    func sorted(_ domains: [Int]) -> [Int] {
        domains.sorted { (size[$0], $1) > (size[$1], $0) }
    }

    /// The memory, up to half of it more by a number that depends on nothing but the domain and the variant.
    private static func size(_ memory: Int64, _ domain: Int, _ variant: Int) -> Int64 {
        guard variant > 0 else { return memory }
        let noise = (UInt64(domain) &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(variant) &* 0xBF58_476D_1CE4_E5B9)
        return memory + memory / 32 * Int64((noise &* 0x94D0_49BB_1331_11EB) >> 60)
    }

    private mutating func offer(_ node: Int) {
        guard !isOffered[node] else { return }
        isOffered[node] = true
        offered.append(node)
    }
}
