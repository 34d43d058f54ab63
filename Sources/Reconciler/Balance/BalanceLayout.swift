/// Where each unit is in a search, and by how much each node is above what it may bear.
struct BalanceLayout {
    /// What a node holds, and what it may.
    struct Burden {
        var memory: Int64
        var vcpus: Int64
        var memoryLimit: Int64 = 0
        var vcpuLimit: Int64 = 0
        let memoryCapacity: Int64
        let vcpuCapacity: Int64
        /// Units on it that are not at home.
        var visitors = 0

        /// A node without visitors holds no more than it did, so it fits.
        @inline(__always) var fits: Bool { visitors == 0 || memory <= memoryCapacity && vcpus <= vcpuCapacity }

        @inline(__always) mutating func count(_ unit: BalanceProblem.Unit, isHome: Bool, _ sign: Int) {
            memory += Int64(sign) * unit.memory
            vcpus += Int64(sign) * unit.vcpus
            if !isHome { visitors += sign }
        }

        var isOver: Bool { memory > memoryLimit || vcpus > vcpuLimit }
    }

    /// What a node above its limits costs at least, and what each mean unit of its excess costs on top.
    var overCost = 0.0
    var excessCost = 1.0
    /// What a migration costs.
    var migrationCost = 0.0
    let problem: BalanceProblem
    private(set) var place: [Int]
    private(set) var burdens: [Burden]
    /// How many migrations it takes to come here from home.
    private(set) var migrations = 0
    /// The units on each node.
    private(set) var units: [[Int]]
    /// The units that are not at home.
    private(set) var moved: IndexList
    /// The nodes above their limit.
    private(set) var over: IndexList
    private var slot: [Int]
    private let memoryScale: Double
    private let vcpuScale: Double

    /// Every unit at home.
    init(_ problem: BalanceProblem) {
        self.problem = problem
        place = problem.home
        burdens = problem.nodes.map {
            Burden(
                memory: $0.memoryFixed, vcpus: $0.vcpusFixed, memoryCapacity: $0.memoryCapacity,
                vcpuCapacity: $0.vcpuCapacity)
        }
        units = Array(repeating: [], count: problem.nodes.count)
        moved = IndexList(capacity: problem.units.count)
        over = IndexList(capacity: problem.nodes.count)
        slot = Array(repeating: 0, count: problem.units.count)
        // The mean unit is 1 in both.
        let count = Double(problem.units.count)
        memoryScale = count / Double(max(1, problem.units.reduce(0) { $0 + $1.memory }))
        vcpuScale = count / Double(max(1, problem.units.reduce(0) { $0 + $1.vcpus }))
        for (index, unit) in problem.units.enumerated() {
            burdens[unit.home].memory += unit.memory
            burdens[unit.home].vcpus += unit.vcpus
            slot[index] = units[unit.home].count
            units[unit.home].append(index)
        }
        setLevel(1)
    }

    /// Sets what each node may bear.
    mutating func setLevel(_ level: Double) {
        for (index, node) in problem.nodes.enumerated() {
            (burdens[index].memoryLimit, burdens[index].vcpuLimit) = problem.limits(of: node, at: level)
            over.set(index, burdens[index].isOver)
        }
    }

    /// The lowest level that no node is above.
    var level: Double {
        zip(problem.nodes, burdens).reduce(0) { level, pair in
            let (node, burden) = pair
            // What stays on a node is not above any level.
            let memory = burden.memory > node.memoryFixed ? burden.memory : 0
            let vcpus = burden.vcpus > node.vcpusFixed ? burden.vcpus : 0
            return max(level, problem.load(of: node, memory: memory, vcpus: vcpus))
        }
    }

    /// A node's load.
    func load(of node: Int) -> Double {
        problem.load(of: problem.nodes[node], memory: burdens[node].memory, vcpus: burdens[node].vcpus)
    }

    // MARK: - Excess

    /// By how much a node is above its limits, in mean units.
    @inline(__always) func excess(_ node: Int) -> Double { excess(burdens[node], 0, 0) }

    /// By how much it would be with a unit more.
    @inline(__always) func excess(_ node: Int, with unit: Int) -> Double {
        excess(burdens[node], problem.units[unit].memory, problem.units[unit].vcpus)
    }

    /// By how much it would be with a unit less.
    @inline(__always) func excess(_ node: Int, without unit: Int) -> Double {
        excess(burdens[node], -problem.units[unit].memory, -problem.units[unit].vcpus)
    }

    @inline(__always) private func excess(_ burden: Burden, _ memory: Int64, _ vcpus: Int64) -> Double {
        Double(max(0, burden.memory + memory - burden.memoryLimit)) * memoryScale
            + Double(max(0, burden.vcpus + vcpus - burden.vcpuLimit)) * vcpuScale
    }

    @inline(__always) private func cost(_ burden: Burden) -> Double {
        let excess = excess(burden, 0, 0)
        return excess > 0 ? overCost + excess * excessCost : 0
    }

    // MARK: - Changes

    /// Takes a unit to another node, if rules and capacity let it, it is then at most so many migrations from home, and
    /// the cost of all nodes together does not grow by more than `tolerance`.
    mutating func move(_ unit: Int, to target: Int, migrationsMax: Int, tolerance: Double) -> Bool {
        let source = place[unit]
        guard source != target else { return false }
        var left = burdens[source]
        var right = burdens[target]
        var change = -cost(left) - cost(right)
        left.count(problem.units[unit], isHome: source == problem.units[unit].home, -1)
        right.count(problem.units[unit], isHome: target == problem.units[unit].home, 1)
        let far = migrationsChange(unit, source, target)
        change += cost(left) + cost(right) + Double(far) * migrationCost
        guard change <= tolerance, migrations + far <= migrationsMax, right.fits, mayMove(unit, to: target) else {
            return false
        }
        put(unit, on: target)
        return true
    }

    /// The same for two units at once: one may take the place of the other.
    mutating func move(
        _ first: Int, to target: Int, _ second: Int, to other: Int, migrationsMax: Int, tolerance: Double
    ) -> Bool {
        let source = place[first]
        let origin = place[second]
        guard source != target, origin != other, first != second else { return false }
        let far = migrationsChange(first, source, target) + migrationsChange(second, origin, other)
        guard migrations + far <= migrationsMax else { return false }
        var change = Double(far) * migrationCost
        var fits = true
        let nodes = (source, target, origin, other)
        func weigh(_ node: Int) {
            var burden = burdens[node]
            change -= cost(burden)
            if node == nodes.0 { burden.count(problem.units[first], isHome: node == problem.units[first].home, -1) }
            if node == nodes.1 { burden.count(problem.units[first], isHome: node == problem.units[first].home, 1) }
            if node == nodes.2 { burden.count(problem.units[second], isHome: node == problem.units[second].home, -1) }
            if node == nodes.3 { burden.count(problem.units[second], isHome: node == problem.units[second].home, 1) }
            change += cost(burden)
            fits = fits && (burden.fits || node != target && node != other)
        }
        weigh(source)
        weigh(target)
        if origin != source && origin != target { weigh(origin) }
        if other != source && other != target { weigh(other) }
        guard fits, change <= tolerance, mayMove(first, to: target, second, to: other) else { return false }
        put(first, on: target)
        put(second, on: other)
        return true
    }

    /// Puts every unit where it was in another layout of the same problem.
    mutating func restore(_ places: [Int]) {
        for unit in places.indices where places[unit] != place[unit] { put(unit, on: places[unit]) }
    }

    @inline(__always) private func migrationsChange(_ index: Int, _ source: Int, _ target: Int) -> Int {
        let unit = problem.units[index]
        return target == unit.home ? -unit.migrations : source == unit.home ? unit.migrations : 0
    }

    private mutating func put(_ index: Int, on target: Int) {
        let unit = problem.units[index]
        let source = place[index]
        migrations += migrationsChange(index, source, target)
        burdens[source].count(unit, isHome: source == unit.home, -1)
        burdens[target].count(unit, isHome: target == unit.home, 1)
        place[index] = target
        units[source].swapAt(slot[index], units[source].count - 1)
        slot[units[source][slot[index]]] = slot[index]
        units[source].removeLast()
        slot[index] = units[target].count
        units[target].append(index)
        moved.set(index, target != unit.home)
        over.set(source, burdens[source].isOver)
        over.set(target, burdens[target].isOver)
    }

    // MARK: - Rules

    private mutating func mayMove(_ unit: Int, to target: Int) -> Bool {
        guard target == problem.units[unit].home || problem.admits(unit, on: target) else { return false }
        guard problem.units[unit].hasRules else { return true }
        return keepsRules([(unit, target)])
    }

    private mutating func mayMove(_ first: Int, to target: Int, _ second: Int, to other: Int) -> Bool {
        guard target == problem.units[first].home || problem.admits(first, on: target),
            other == problem.units[second].home || problem.admits(second, on: other)
        else { return false }
        guard problem.units[first].hasRules || problem.units[second].hasRules else { return true }
        return keepsRules([(first, target), (second, other)])
    }

    /// Whether group rules let units go where they are to go, all at once.
    private mutating func keepsRules(_ moves: [(unit: Int, target: Int)]) -> Bool {
        let places = moves.map { place[$0.unit] }
        for move in moves { place[move.unit] = -1 }
        var isAllowed = true
        for move in moves {
            isAllowed = isAllowed && problem.rules.isApart(move.unit, on: move.target, place, problem.units)
            place[move.unit] = move.target
        }
        isAllowed = isAllowed && moves.allSatisfy { problem.rules.keepsTogether($0.unit, place, problem.nodes) }
        for (move, place) in zip(moves, places) { self.place[move.unit] = place }
        return isAllowed
    }
}
