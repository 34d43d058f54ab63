import Testing

@testable import Reconciler

/// When migrations run, and what they wait for.
@Suite struct TimelineTests {
    /// Nodes that move a GiB a second.
    private func model(_ nodes: [Int64], _ domains: [(size: Int64, home: Int?)]) -> ClusterModel {
        var model = OrderTests.model(nodes, domains)
        for node in model.nodes.indices { model.nodes[node].bandwidth = 1 << 20 }
        return model
    }

    @Test func whatNeedsNobodyRunsAtOnce() {
        let model = model([10, 10, 10, 10], [(2, 0), (3, 1)])
        let sequence = [Relocation(domain: 0, source: 0, target: 2), Relocation(domain: 1, source: 1, target: 3)]
        let timeline = Timeline(model: model, sequence: sequence)
        #expect(timeline.moves.map(\.start) == [0, 0])
        #expect(timeline.moves.map(\.end) == [2_000, 3_000])
        #expect(timeline.moves.map(\.after) == [[], []])
        #expect(timeline.makespan == 3_000)
    }

    @Test func theSlowerNodeDecides() {
        var model = model([10, 10], [(3, 0)])
        model.nodes[1].bandwidth = 1 << 21
        let sequence = [Relocation(domain: 0, source: 0, target: 1)]
        #expect(Timeline(model: model, sequence: sequence).makespan == 3_000)
        model.nodes[0].bandwidth = 1 << 19
        #expect(Timeline(model: model, sequence: sequence).makespan == 6_000)
        model.nodes[0].bandwidth = 0
        #expect(Timeline(model: model, sequence: sequence).makespan == 3 * 1_000 << 20)
        #expect(Timeline(model: model, sequence: []).makespan == 0)
    }

    /// Of five that leave one node two at a time, the longest goes first.
    @Test func theLongestGoesFirstWithinTheLimits() {
        let model = model([20, 20, 20], [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)])
        let sequence = (0..<5).map { Relocation(domain: $0, source: 0, target: 1 + $0 % 2) }
        let timeline = Timeline(model: model, sequence: sequence)
        #expect(timeline.moves.map(\.relocation.domain) == [3, 4, 2, 1, 0])
        #expect(timeline.makespan == 8_000)
        var single = model
        single.nodes[0].migrationsMax = 1
        #expect(Timeline(model: single, sequence: sequence).makespan == 15_000)
        // No limit at all would be no order at all.
        single.nodes[0].migrationsMax = 0
        #expect(Timeline(model: single, sequence: sequence).makespan == 15_000)
    }

    /// An arrival waits for the departure that makes room, not for the other.
    @Test func aMigrationWaitsForWhatItNeeds() {
        let model = model([20, 10, 20], [(6, 0), (5, 1), (1, 1)])
        let sequence = [
            Relocation(domain: 2, source: 1, target: 2), Relocation(domain: 1, source: 1, target: 2),
            Relocation(domain: 0, source: 0, target: 1),
        ]
        let moves = Timeline(model: model, sequence: sequence).moves
        #expect(moves.map(\.relocation.domain) == [2, 1, 0])
        #expect(moves.map(\.after) == [[], [], [1]])
        #expect(moves.map(\.start) == [0, 0, 5_000])
    }

    /// The third could wait for the first, as the sequence has it; coming before the second it need not.
    @Test func whatCanBeginSoonerDoes() {
        let model = model([10, 20, 10, 10, 10], [(8, 0), (6, 2), (2, 3), (9, 4)])
        let sequence = [
            Relocation(domain: 0, source: 0, target: 1), Relocation(domain: 1, source: 2, target: 0),
            Relocation(domain: 2, source: 3, target: 0), Relocation(domain: 3, source: 4, target: 3),
        ]
        let timeline = Timeline(model: model, sequence: sequence)
        #expect(timeline.moves.map(\.relocation.domain) == [0, 2, 3, 1])
        #expect(timeline.moves.map(\.start) == [0, 0, 2_000, 8_000])
        #expect(timeline.makespan == 14_000)
    }

    /// The largest would begin at once, and take the room that another has to pass through.
    @Test func hasteThatLeadsNowhereIsLeft() {
        let model = model([10, 10, 10, 10], [(6, 0), (6, 1), (7, 3)])
        let sequence = [
            Relocation(domain: 0, source: 0, target: 2), Relocation(domain: 1, source: 1, target: 0),
            Relocation(domain: 0, source: 2, target: 1), Relocation(domain: 2, source: 3, target: 2),
        ]
        #expect(Timeline.eager(sequence, model, [6, 6, 6, 7]) == nil)
        let timeline = Timeline(model: model, sequence: sequence)
        let checker = OrderChecker(model: model, goals: [.reach(1), .reach(0), .reach(2)])
        #expect(checker.violations(of: timeline) == [])
    }

    @Test func aDomainMovesOnWhenItHasCome() {
        let model = model([10, 10, 10], [(7, 0), (7, 1)])
        let sequence = [
            Relocation(domain: 0, source: 0, target: 2), Relocation(domain: 1, source: 1, target: 0),
            Relocation(domain: 0, source: 2, target: 1),
        ]
        let moves = Timeline(model: model, sequence: sequence).moves
        #expect(moves.map(\.after) == [[], [0], [0, 1]])
        #expect(moves.map(\.start) == [0, 7_000, 14_000])
    }

    /// The one that must be apart comes before the one that only would rather be.
    @Test func whoMustBeApartComesFirst() {
        var model = model([10, 10, 10], [(1, 0), (1, 1), (1, 2)])
        model.groupCount = 1
        model.domains[0].apart = [0]
        model.domains[1].apartSoft = [0]
        model.domains[2].apart = [0]
        let sequence = [
            Relocation(domain: 2, source: 2, target: 1), Relocation(domain: 0, source: 0, target: 2),
            Relocation(domain: 1, source: 1, target: 2),
        ]
        let swapped = [Relocation(domain: 1, source: 1, target: 0)] + sequence
        // 2 waits for 1 to have left, 0 for 2, and 1 must not be there before 0.
        let back = [Relocation(domain: 1, source: 0, target: 2)]
        let moves = Timeline(model: model, sequence: swapped.dropLast() + back).moves
        #expect(moves.map(\.relocation.domain) == [1, 2, 0, 1])
        #expect(moves.map(\.after) == [[], [0], [1], [0, 2]])
    }
}
