import Testing

@testable import Reconciler

/// What is said to clash where there is no order.
@Suite struct ClashTests {
    private func clashes(_ model: ClusterModel, _ goals: [Goal]) throws -> Set<Clash> {
        let result = Order.find(model: model, goals: goals)
        guard case .infeasible(let clashes, let isIrreducible) = result.verdict else {
            Issue.record("\(result)")
            return []
        }
        #expect(isIrreducible)
        let checker = OrderChecker(model: model, goals: goals, brokenGroups: result.brokenGroups)
        let force = BruteForce(checker: checker)
        #expect(force.keeping(clashes).cheapest() == nil)
        for index in clashes.indices {
            var others = clashes
            others.remove(at: index)
            #expect(force.keeping(others).cheapest() != nil, "\(clashes[index]) is not needed")
        }
        return Set(clashes)
    }

    @Test func aDrainWithoutRoomNamesWhoCannotLeaveAndWhatIsFull() throws {
        var model = OrderTests.model([10, 10, 10], [(7, 0), (2, 0), (5, 1), (6, 2)])
        model.admissions = [NodeSet(nodes: [1, 2], count: 3)]
        for node in model.nodes.indices { model.nodes[node].vcpus = 100 }
        let found = try clashes(model, [.free, .free, .free, .free])
        #expect(
            found == [
                .memory(node: 1), .memory(node: 2), .closed(node: 0), .admission(domain: 0, nodes: [0]),
            ])
        model.nodes[1].memory <<= 10
        model.nodes[1].vcpus = 6
        let other = try clashes(model, [.free, .free, .free, .free])
        #expect(other.isSuperset(of: [.vcpus(node: 1), .memory(node: 2)]))
    }

    @Test func rulesAreNamed() throws {
        var model = OrderTests.model([10, 10], [(1, 0), (1, 1)], groups: 2)
        model.domains[0].apart = [1]
        model.domains[1].apart = [1]
        #expect(try clashes(model, [.reach(1), .free]) == [.apart(group: 1), .goal(domain: 0)])
    }

    @Test func whatCannotMoveIsNamed() throws {
        var model = OrderTests.model([10, 10], [(1, 0), (1, 1)])
        model.admissions.append(NodeSet(nodes: [1], count: 2))
        model.domains[0].admission = 1
        model.domains[0].canMove = false
        #expect(
            try clashes(model, [.free, .free]) == [.immovable(domain: 0), .admission(domain: 0, nodes: [0])])
        model.domains[0].canMove = true
        model.admissions[1] = NodeSet(nodes: [], count: 2)
        #expect(try clashes(model, [.free, .free]) == [.admission(domain: 0, nodes: [0, 1])])
        #expect(try clashes(model, [.reach(1), .free]) == [.admission(domain: 0, nodes: [1]), .goal(domain: 0)])
    }

    @Test func togetherIsNamedWithWhatPullsApart() throws {
        var model = OrderTests.model([10, 10, 10], [(1, 0), (1, 0)], groups: 1)
        model.domains[0].together = [0]
        model.domains[1].together = [0]
        #expect(
            try clashes(model, [.reach(1), .reach(2)]) == [.together(group: 0), .goal(domain: 0), .goal(domain: 1)])
    }
}
