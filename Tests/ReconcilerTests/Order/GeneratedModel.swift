@testable import Reconciler

/// A small cluster with goals, made by chance; tight, so that hardly anything can move at once.
struct GeneratedModel {
    private(set) var model: ClusterModel
    private(set) var goals: [Goal] = []
    private(set) var options = OrderOptions()

    /// How much there is of it.
    struct Size {
        var nodes = 3
        var domains = 5
        /// How much of the nodes is used at the start, about, in percent.
        var fill = 70
        /// How often there is a rule, an immovable domain, a node that takes nobody, in percent.
        var rules = 15
    }

    init(seed: Int, _ size: Size = Size()) {
        var random = SplitMix(seed: seed)
        model = ClusterModel(nodes: [], domains: [], admissions: [], groupCount: 3)
        for _ in 0..<size.nodes {
            var node = ClusterModel.Node(memory: 0, vcpus: 0)
            node.memoryHeld = random.chance(20) ? 1 : 0
            node.migrationsMax = random.pick([1, 2, 2, 4])
            node.bandwidth = random.pick([1, 2])
            model.nodes.append(node)
        }
        addAdmissions(size, &random)
        for _ in 0..<size.domains { addDomain(size, &random) }
        for node in model.nodes.indices {
            let inside = model.domains.filter { $0.home == node }
            let memory = inside.reduce(model.nodes[node].memoryHeld) { $0 + $1.memory }
            let vcpus = inside.reduce(Int64(0)) { $0 + $1.vcpus }
            // Now and then a node is too full from the start.
            let slack = random.chance(5) ? -1 : Int64(random.pick(Array(0...(2 + 400 / size.fill))))
            model.nodes[node].memory = max(memory + slack, 1)
            model.nodes[node].vcpus = max(vcpus + (random.chance(60) ? 20 : slack), 1)
        }
    }

    private mutating func addAdmissions(_ size: Size, _ random: inout SplitMix) {
        var open = NodeSet.all(of: size.nodes)
        for node in 0..<size.nodes where random.chance(size.rules) && open.count > 1 { open.remove(node) }
        model.admissions = [open]
        for _ in 0..<2 {
            var some = open
            for node in open.nodes where random.chance(30) { some.remove(node) }
            model.admissions.append(some)
        }
    }

    private mutating func addDomain(_ size: Size, _ random: inout SplitMix) {
        var domain = ClusterModel.Domain(
            memory: Int64(random.pick([1, 1, 2, 2, 3, 4, 6])), vcpus: Int64(random.pick([1, 1, 2, 4])),
            home: random.chance(3) ? nil : random.pick(Array(0..<size.nodes)), canMove: !random.chance(size.rules / 2),
            admission: random.pick([0, 0, 0, 1, 2]))
        if random.chance(size.rules) { domain.apart = [0] }
        if random.chance(size.rules) { domain.together = [1] }
        if random.chance(size.rules) {
            domain.togetherSoft = [2]
        } else if random.chance(size.rules), domain.apart.isEmpty {
            domain.apartSoft = [0]
        }
        model.domains.append(domain)
        let node = random.pick(Array(0..<size.nodes))
        let kind = Int.random(in: 0..<100, using: &random)
        if kind < 45 {
            goals.append(.free)
        } else if kind < 80 {
            goals.append(.reach(model.admits(model.domains.count - 1, on: node) ? node : domain.home ?? node))
        } else if kind < 92 {
            goals.append(.reach(domain.home ?? node))
        } else {
            goals.append(.stay)
        }
        options.prefer.append(random.chance(20) ? random.pick(Array(0..<size.nodes)) : nil)
    }
}
