import Testing

@testable import Reconciler

/// The checker refuses what is wrong: one that refuses nothing would pass any order.
@Suite struct OrderCheckerTests {
    /// Three nodes of 10 GiB and 10 vCPUs. 0 and 1 are large, on a and b; 2 and 3 are small, on a and c, and apart.
    private static var checker: OrderChecker {
        var model = ClusterModel(
            nodes: Array(repeating: ClusterModel.Node(memory: 10 << 20, vcpus: 10), count: 3), domains: [],
            admissions: [.all(of: 3), NodeSet(nodes: [0, 1], count: 3)], groupCount: 2)
        for (memory, home, admission) in [(7, 0, 0), (7, 1, 0), (1, 0, 0), (1, 2, 1)] as [(Int64, Int, Int)] {
            model.domains.append(
                ClusterModel.Domain(
                    memory: memory << 20, vcpus: memory, home: home, canMove: true, admission: admission))
        }
        model.domains[2].apart = [0]
        model.domains[3].apart = [0]
        return OrderChecker(model: model, goals: [.reach(1), .reach(0), .free, .free])
    }

    private static let swap = [
        Relocation(domain: 0, source: 0, target: 2), Relocation(domain: 1, source: 1, target: 0),
        Relocation(domain: 0, source: 2, target: 1), Relocation(domain: 3, source: 2, target: 1),
    ]

    @Test func itPassesWhatIsRight() {
        #expect(Self.checker.violations(of: Self.swap) == [])
    }

    @Test func itKnowsCapacity() {
        var checker = Self.checker
        checker.model.nodes[2].memory = (8 << 20) - 1
        #expect(checker.violations(of: Self.swap) == ["step 0: node 2 lacks 1 KiB"])
        checker.model.nodes[2].memory = 10 << 20
        checker.model.nodes[2].vcpusHeld = 3
        #expect(checker.violations(of: Self.swap) == ["step 0: node 2 lacks 1 vCPUs"])
        let direct = [Relocation(domain: 0, source: 0, target: 1), Relocation(domain: 1, source: 1, target: 0)]
        #expect(Self.checker.violations(of: direct).contains { $0.hasPrefix("step 0: node 1 lacks") })
    }

    @Test func itKnowsRules() {
        let meeting = [Relocation(domain: 3, source: 2, target: 0)]
        #expect(Self.checker.violations(of: meeting).contains("step 0: domains 3 and 2 meet on 0"))
        let stranger = [Relocation(domain: 3, source: 2, target: 2)]
        #expect(Self.checker.violations(of: stranger).contains("step 0: node 2 does not take domain 3"))
        var checker = Self.checker
        checker.model.domains[0].together = [1]
        checker.model.domains[2].together = [1]
        #expect(checker.violations(of: Self.swap) == ["group 1 ends on 2 nodes"])
        checker.brokenGroups = [1]
        #expect(checker.violations(of: Self.swap) == ["group 1 ends on 2 nodes"])
    }

    @Test func itKnowsGoals() {
        #expect(Self.checker.violations(of: Array(Self.swap.dropLast(2))).count == 2)
        var checker = Self.checker
        checker.goals[3] = .stay
        #expect(checker.violations(of: Self.swap).contains("step 3: domain 3 is to stay"))
        checker.goals[3] = .free
        checker.model.domains[3].canMove = false
        #expect(checker.violations(of: Self.swap) == ["step 3: domain 3 cannot move"])
        #expect(Self.checker.violations(of: Self.swap.reversed()).contains("step 1: domain 0 is not on 2"))
    }

    @Test func itKnowsTime() {
        let right = Timeline(model: Self.checker.model, sequence: Self.swap)
        #expect(Self.checker.violations(of: right) == [])
        for move in right.moves.indices
        where !right.moves[move].after.isEmpty && right.moves[move].relocation.domain < 2 {
            let hasty = right.changing(move) { ($0.relocation, 0, $0.end - $0.start, []) }
            #expect(!Self.checker.violations(of: hasty).isEmpty, "move \(move)")
            let unbound = right.changing(move) { ($0.relocation, $0.start, $0.end, []) }
            let found = (0..<50).flatMap { seed in
                var random = SplitMix(seed: seed)
                return Self.checker.violationsByChance(of: unbound, failing: 0, &random)
            }
            #expect(!found.isEmpty, "move \(move)")
        }
    }

    @Test func itKnowsLimits() {
        var checker = Self.checker
        checker.goals = [.reach(2), .free, .reach(2), .reach(1)]
        checker.model.domains[2].apart = []
        let sequence = [Relocation(domain: 0, source: 0, target: 2), Relocation(domain: 2, source: 0, target: 2)]
        let timeline = Timeline(model: checker.model, sequence: sequence)
        checker.goals[3] = .free
        checker.model.domains[3].admission = 0
        #expect(checker.violations(of: timeline) == [])
        checker.model.nodes[0].migrationsMax = 1
        #expect(checker.violations(of: timeline) == ["at 0: node 0 has 2 migrations"])
    }
}

extension Timeline {
    /// With one move made wrong.
    fileprivate func changing(_ index: Int, _ change: (Move) -> (Relocation, Int64, Int64, [Int])) -> Timeline {
        var moves = moves
        let (relocation, start, end, after) = change(moves[index])
        moves[index] = Move(relocation: relocation, start: start, end: end, after: after)
        return Timeline(moves: moves)
    }
}

extension NodeSet {
    init(nodes: [Int], count: Int) {
        self.init(count: count)
        for node in nodes { insert(node) }
    }
}
