import Testing

@testable import Reconciler

/// What the loss of a node leaves without a place, in small models with known answers.
@Suite struct LossTests {
    /// Nodes with so much free memory, after a first one that runs `sizes`; each domain may go anywhere.
    private static func model(_ sizes: [Int64], free: [Int64]) -> ClusterModel {
        let nodes = ([100] + free).map { ClusterModel.Node(memory: $0, vcpus: 100) }
        let domains = sizes.map {
            ClusterModel.Domain(memory: $0, vcpus: 1, home: 0, canMove: true, admission: 0)
        }
        return ClusterModel(nodes: nodes, domains: domains, admissions: [.all(of: nodes.count)])
    }

    private static func unplaced(_ model: ClusterModel) -> [Int] {
        var loss = Loss(model)
        let first = loss.unplaced(losing: [0]) { _ in true }.map(\.domain)
        // A question leaves everything as it was.
        #expect(loss.unplaced(losing: [0]) { _ in true }.map(\.domain) == first)
        return first
    }

    @Test func aPlaceIsFoundWhereTheLargestFirstFindsNone() {
        // 4 goes to the roomier node first, which strands the last 3; 3 + 3 there and 4 on the other fit.
        #expect(Self.unplaced(Self.model([4, 3, 3], free: [6, 4])).isEmpty)
        #expect(Self.unplaced(Self.model([4, 3, 3], free: [6, 3])).count == 1)
        #expect(Self.unplaced(Self.model([4, 3, 3], free: [5, 5])).count == 1)
    }

    @Test func vcpusCountAsMemoryDoes() {
        var model = Self.model([1, 1], free: [50])
        model.nodes[1].vcpus = 1
        #expect(Self.unplaced(model) == [1])
    }

    /// A domain whose two groups stayed on different nodes has no place with both.
    @Test func allCompanionsMustBeOnTheNode() {
        var model = Self.model([2], free: [10, 10])
        model.groupCount = 2
        model.domains[0].together = [0, 1]
        for (node, group) in [(1, 0), (2, 1)] {
            var other = ClusterModel.Domain(memory: 1, vcpus: 1, home: node, canMove: true, admission: 0)
            other.together = [group]
            model.domains.append(other)
        }
        #expect(Self.unplaced(model) == [0])
        model.domains[2].home = 1
        #expect(Self.unplaced(model).isEmpty)
    }

    @Test func whatIsNotMissedTakesNoPlace() {
        var loss = Loss(Self.model([5, 5], free: [5]))
        #expect(loss.unplaced(losing: [0]) { $0 == 1 }.isEmpty)
        #expect(loss.unplaced(losing: [0, 1]) { _ in true }.map(\.cause) == [.forbidden, .forbidden])
    }
}
