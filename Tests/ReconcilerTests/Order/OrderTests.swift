import Testing

@testable import Reconciler

/// Small clusters whose order can be told by looking at them. Sizes are in GiB and vCPUs at once.
@Suite struct OrderTests {
    /// Nodes of these sizes that all take everybody; domains by size and home.
    static func model(_ nodes: [Int64], _ domains: [(size: Int64, home: Int?)], groups: Int = 0) -> ClusterModel {
        ClusterModel(
            nodes: nodes.map { ClusterModel.Node(memory: $0 << 20, vcpus: $0) },
            domains: domains.map {
                ClusterModel.Domain(memory: $0.size << 20, vcpus: $0.size, home: $0.home, canMove: true, admission: 0)
            }, admissions: [.all(of: nodes.count)], groupCount: groups)
    }

    private func moves(
        _ model: ClusterModel, _ goals: [Goal], _ options: OrderOptions = OrderOptions()
    ) throws -> [[Int]] {
        let result = Order.find(model: model, goals: goals, options: options)
        let sequence = try #require(result.sequence, "\(result)")
        let checker = OrderChecker(model: model, goals: goals, brokenGroups: result.brokenGroups)
        #expect(checker.violations(of: sequence) == [])
        return sequence.map { [$0.domain, $0.source, $0.target] }
    }

    @Test func nothingToDoIsAnOrder() throws {
        let model = Self.model([10, 10], [(4, 0), (4, 1), (4, nil)])
        #expect(try moves(model, [.free, .reach(1), .reach(0)]) == [])
        #expect(Order.find(model: model, goals: [.free, .stay, .free]).verdict == .found([], isMinimal: true))
    }

    @Test func vcpusCountAsMemoryDoes() throws {
        var model = Self.model([10, 10, 10], [(6, 0), (6, 1)])
        model.domains[1].memory = 0
        #expect(try moves(model, [.reach(1), .reach(0)]).count == 3)
        model.domains[1].vcpus = 0
        #expect(try moves(model, [.reach(1), .reach(0)]).count == 2)
    }

    /// The least memory that makes room is pushed aside.
    @Test func asLittleAsPossibleIsPushedAside() throws {
        let model = Self.model([10, 10, 10], [(5, 0), (4, 1), (5, 1), (5, 2)])
        #expect(try moves(model, [.reach(1), .free, .free, .free]) == [[1, 1, 0], [0, 0, 1]])
        #expect(try moves(model, [.reach(1), .reach(1), .free, .free]) == [[2, 1, 0], [0, 0, 1]])
        #expect(try moves(model, [.reach(1), .stay, .free, .free]) == [[2, 1, 0], [0, 0, 1]])
    }

    /// A domain that is to end where it is may make room for a while.
    @Test func whatIsAtItsEndComesBack() throws {
        let model = Self.model([10, 10, 3], [(6, 0), (4, 1), (3, 1), (2, 0)])
        let found = try moves(model, [.reach(1), .reach(0), .reach(1), .stay])
        #expect(found == [[2, 1, 2], [0, 0, 1], [1, 1, 0], [2, 2, 1]])
    }

    /// What is broken at the start is not made worse, and keeps nobody else from moving.
    @Test func aFullNodeOnlyLetsGo() throws {
        let model = Self.model([10, 10, 20], [(6, 0), (6, 0), (2, 1)])
        #expect(try moves(model, [.free, .free, .reach(2)]) == [[2, 1, 2]])
        #expect(try moves(model, [.free, .reach(1), .reach(0)]) == [[1, 0, 1], [2, 1, 0]])
        #expect(Order.find(model: model, goals: [.stay, .stay, .reach(0)]).sequence == nil)
    }

    @Test func apartHoldsOnTheWay() throws {
        var model = Self.model([10, 10, 10], [(2, 0), (2, 1)], groups: 1)
        model.domains[0].apart = [0]
        model.domains[1].apart = [0]
        #expect(try moves(model, [.reach(1), .reach(0)]).count == 3)
        #expect(try moves(model, [.reach(1), .free]) == [[1, 1, 2], [0, 0, 1]])
        // Together on one node from the start: either may go, and none need.
        let broken = ClusterModel(
            nodes: model.nodes, domains: model.domains.map { $0.at(0) }, admissions: model.admissions, groupCount: 1)
        #expect(try moves(broken, [.free, .free]) == [])
        #expect(try moves(broken, [.reach(2), .reach(1)]).count == 2)
    }

    @Test func togetherHoldsAtTheEnd() throws {
        var model = Self.model([10, 10, 10], [(2, 0), (2, 0), (7, 1)], groups: 1)
        model.domains[0].together = [0]
        model.domains[1].together = [0]
        #expect(try moves(model, [.reach(2), .free, .free]) == [[0, 0, 2], [1, 0, 2]])
        // Where it was broken it is mended, at the least cost.
        model.domains[1].home = 2
        model.domains[0].memory = 1 << 20
        #expect(try moves(model, [.free, .free, .free]) == [[0, 0, 2]])
        // Who cannot move is joined, even where that is dearer.
        model.domains[0].canMove = false
        #expect(try moves(model, [.free, .free, .free]) == [[1, 2, 0]])
        // Where it cannot be mended it stays as it is, and the rest goes on.
        model.domains[1].canMove = false
        let result = Order.find(model: model, goals: [.free, .free, .reach(2)])
        #expect(result.sequence == [Relocation(domain: 2, source: 1, target: 2)])
        #expect(result.brokenGroups == [0])
    }

    @Test func amongEqualsWishesDecide() throws {
        var model = Self.model([20, 20, 20, 20], [(4, 0), (8, 1), (2, 2), (1, 3)], groups: 2)
        model.admissions.append(NodeSet(nodes: [1, 2, 3], count: 4))
        model.domains[0].admission = 1
        let goals: [Goal] = [.free, .free, .free, .free]
        #expect(try moves(model, goals) == [[0, 0, 3]])
        model.domains[0].apartSoft = [0]
        model.domains[3].apartSoft = [0]
        #expect(try moves(model, goals) == [[0, 0, 2]])
        model.domains[0].togetherSoft = [1]
        model.domains[1].togetherSoft = [1]
        model.domains[0].apartSoft = []
        #expect(try moves(model, goals) == [[0, 0, 1]])
        var options = OrderOptions()
        options.prefer = [2, 0, nil, nil]
        #expect(try moves(model, goals, options) == [[0, 0, 2]])
    }

    @Test func loadsAreEvenedOut() throws {
        var model = Self.model([20, 20, 20], [(6, 0), (5, 0), (4, 0)])
        model.admissions = [NodeSet(nodes: [1, 2], count: 3)]
        let goals: [Goal] = [.free, .free, .free]
        #expect(Set(try moves(model, goals).map { [$0[0], $0[2]] }) == [[0, 1], [1, 2], [2, 2]])
        // Even if the search had found something else.
        let uneven = (0..<3).map { Relocation(domain: $0, source: 0, target: 1) }
        let even = Polish.run(uneven, OrderProblem(model, goals))
        #expect(
            Set([even.filter { $0.target == 1 }.map(\.domain), even.filter { $0.target == 2 }.map(\.domain)])
                == [[0], [1, 2]])
        #expect(OrderChecker(model: model, goals: goals).violations(of: even) == [])
    }

    /// A detour, a domain moved aside for nothing, and one that has to be where it goes.
    @Test func whatIsNotNeededIsTakenOut() {
        let model = Self.model([20, 20, 20], [(6, 0), (5, 1), (4, 1)])
        let problem = OrderProblem(model, [.reach(1), .free, .reach(0)])
        let long = [
            Relocation(domain: 1, source: 1, target: 2), Relocation(domain: 0, source: 0, target: 2),
            Relocation(domain: 2, source: 1, target: 0), Relocation(domain: 0, source: 2, target: 1),
        ]
        let short = Shortening.run(long, problem)
        #expect(short == [Relocation(domain: 2, source: 1, target: 0), Relocation(domain: 0, source: 0, target: 1)])
        // On full nodes the detour is needed.
        let full = OrderProblem(Self.model([10, 10, 20], [(6, 0), (1, 2), (7, 1)]), [.reach(1), .free, .reach(0)])
        let around = [long[1], long[2], long[3]]
        #expect(Shortening.run(around, full) == around)
    }

    @Test func workIsBounded() {
        let made = GeneratedModel(seed: 3, GeneratedModel.Size(nodes: 10, domains: 60, fill: 95, rules: 0))
        var options = OrderOptions()
        options.statesMax = 50
        options.clashStatesMax = 50
        let result = Order.find(model: made.model, goals: made.goals, options: options)
        // The last state that is looked at may add all its successors.
        #expect(result.statesCount < 60 * 10 * 10)
        #expect(result.lowerBound.moves > 0)
    }
}

extension ClusterModel.Domain {
    fileprivate func at(_ node: Int) -> ClusterModel.Domain {
        var copy = self
        copy.home = node
        return copy
    }
}
