import Testing

@testable import Reconciler

/// Small clusters of which anyone can see what is best.
struct BalanceTests {
    /// Nodes of 100 and 100, with domains of (memory, vCPUs) on them.
    private func model(_ nodes: [[(memory: Int64, vcpus: Int64)]], capacity: Int64 = 100) -> ClusterModel {
        var model = ClusterModel(
            nodes: nodes.map { _ in ClusterModel.Node(memory: capacity, vcpus: capacity) }, domains: [],
            admissions: [.all(of: nodes.count)])
        for (node, domains) in nodes.enumerated() {
            for domain in domains {
                model.domains.append(
                    ClusterModel.Domain(
                        memory: domain.memory, vcpus: domain.vcpus, home: node, canMove: true, admission: 0))
            }
        }
        return model
    }

    private func request(
        _ goal: BalanceRequest.Goal = .target, target: Double = 1.1, migrationsMax: Int? = nil
    ) -> BalanceRequest {
        var request = BalanceRequest()
        (request.goal, request.target, request.migrationsMax) = (goal, target, migrationsMax)
        return request
    }

    @Test func anEvenClusterIsLeftAlone() {
        let result = Balance.make(model([[(10, 10)], [(10, 10)]]), request())
        #expect(result.relocations == [])
        #expect(result.isTargetReached && result.isProvenMinimal)
        #expect(result.before == result.after)
        #expect(result.largestBefore == 1)
    }

    @Test func nothingIsEven() {
        let none = Balance.make(ClusterModel(nodes: [], domains: [], admissions: []), request(.best))
        #expect(none.relocations == [] && none.before == [] && none.largestAfter == 0)
        let empty = Balance.make(model([[], []]), request(.best))
        #expect(empty.relocations == [] && empty.after.map(\.load) == [0, 0])
    }

    @Test func oneOfTwoGoesToTheEmptyNode() {
        let result = Balance.make(model([[(10, 10), (10, 10)], []]), request())
        #expect(result.relocations == [Relocation(domain: 0, source: 0, target: 1)])
        #expect(result.before.map(\.load) == [2, 0])
        #expect(result.before.map(\.memoryShare) == [0.2, 0])
        #expect(result.after.map(\.vcpuShare) == [0.1, 0.1])
        #expect(result.after.map(\.load) == [1, 1])
        #expect(result.memoryMoved == 10)
        #expect(result.migrationsMin == 1 && result.isProvenMinimal)
    }

    /// One large one brings as much as three small ones.
    @Test func fewLargeOnesGo() {
        let result = Balance.make(model([[(10, 10), (10, 10), (10, 10), (30, 30)], []]), request())
        #expect(result.relocations.map(\.domain) == [3])
    }

    /// Both are enough.
    @Test func theSmallerOfTwoGoes() {
        let result = Balance.make(model([[(22, 10), (20, 10)], []]), request())
        #expect(result.relocations.map(\.domain) == [1])
        #expect(result.memoryMoved == 20)
    }

    /// Memory is even; the vCPUs are not, and only an exchange keeps both.
    @Test func aSwapEvensOutWhatNoMoveCan() {
        let result = Balance.make(
            model([[(20, 40), (20, 2)], [(20, 2), (20, 2)], [(20, 2), (20, 32)]]), request(.best))
        #expect(result.largestAfter <= result.largestBefore)
        let exchange = Balance.make(model([[(50, 40), (50, 40)], [(50, 10), (50, 10)]]), request())
        #expect(exchange.relocations.count == 2)
        #expect(exchange.largestAfter == 1)
    }

    /// 40 on a small node and 80 on one twice as large are the same load.
    @Test func nodesOfDifferentSizesAreEvenByShare() {
        var uneven = model([[(20, 20), (20, 20), (20, 20)], [(20, 20), (20, 20), (20, 20)]])
        uneven.nodes[1] = ClusterModel.Node(memory: 200, vcpus: 200)
        let result = Balance.make(uneven, request())
        #expect(result.relocations.count == 1 && result.relocations[0].target == 1)
        #expect(result.after.map(\.load) == [1, 1])
    }

    @Test func whatCannotBeReachedIsApproached() {
        // 60 cannot be split.
        let result = Balance.make(model([[(60, 60), (10, 10)], [(5, 5)]]), request())
        #expect(result.relocations.map(\.domain) == [1])
        #expect(!result.isTargetReached)
        #expect(abs(result.largestAfter - 1.6) < 1e-9)
    }

    @Test func noMoreMigrationsThanAllowed() {
        let full = model([Array(repeating: (10, 10), count: 8), [], [], []])
        #expect(Balance.make(full, request()).relocations.count == 6)
        let three = Balance.make(full, request(migrationsMax: 3))
        #expect(three.relocations.count == 3)
        #expect(three.largestAfter == 2.5)
        #expect(!three.isTargetReached)
        #expect(Balance.make(full, request(migrationsMax: 0)).relocations == [])
    }

    @Test func aSmallGainIsNotWorthIt() {
        var small = request(target: 1.0)
        let model = model([[(100, 100), (1, 1)], [(100, 100)]], capacity: 200)
        small.minGain = 0.01
        #expect(Balance.make(model, small).relocations == [])
        small.minGain = 0
        // 101 to 100 or the other way round is the same.
        #expect(Balance.make(model, small).relocations == [])
    }

    @Test func whatMayNotMoveStays() {
        var held = model([[(30, 30), (10, 10)], []])
        held.domains[0].canMove = false
        #expect(Balance.make(held, request()).relocations.map(\.domain) == [1])
        held.domains[1].canMove = false
        #expect(Balance.make(held, request()).relocations == [])
    }

    @Test func onlyAdmittedNodesTakeADomain() {
        var bound = model([[(10, 10), (10, 10)], [], []])
        var third = NodeSet(count: 3)
        third.insert(2)
        bound.admissions = [third]
        #expect(Balance.make(bound, request(.best)).relocations.allSatisfy { $0.target == 2 })
        bound.admissions = [NodeSet(count: 3)]
        #expect(Balance.make(bound, request(.best)).relocations == [])
    }

    /// On nodes that are too full, what is below 1.10 of the mean may still be above what a node has.
    @Test func capacityHoldsWhateverTheMean() {
        var full = model([[(7, 7), (113, 113)], [(95, 95)], [(95, 95)]])
        #expect(Balance.make(full, request()).relocations == [])
        full.nodes[1] = ClusterModel.Node(memory: 110, vcpus: 110)
        #expect(Balance.make(full, request()).relocations == [Relocation(domain: 0, source: 0, target: 1)])
    }

    @Test func otherNodesTakeNoPart() {
        var model = model([[(40, 40), (40, 40)], [(10, 10)], []])
        model.nodes[2].isBalanced = false
        let result = Balance.make(model, request())
        #expect(result.relocations.map(\.target) == [1])
        #expect(result.before.map(\.node) == [0, 1])
        model.nodes[0].isBalanced = false
        #expect(Balance.make(model, request()).relocations == [])
    }

    @Test func heldMemoryCounts() {
        var held = model([[(10, 10)], [(10, 10), (10, 10)]])
        held.nodes[0].memoryHeld = 10
        held.nodes[0].vcpusHeld = 10
        let result = Balance.make(held, request())
        #expect(result.before.map(\.load) == [1, 1])
        #expect(result.relocations == [])
    }

    @Test func aNodeWithoutCapacityIsNoTrap() {
        var empty = model([[(10, 10)], [(10, 10)]])
        empty.nodes[0] = ClusterModel.Node(memory: 0, vcpus: 0)
        let result = Balance.make(empty, request(.best))
        #expect(result.largestBefore == .infinity)
        #expect(result.relocations == [Relocation(domain: 0, source: 0, target: 1)])
        #expect(result.largestAfter == 1)
    }
}
