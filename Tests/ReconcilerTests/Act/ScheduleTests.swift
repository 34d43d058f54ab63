import StateSpec
import Testing

@testable import Reconciler

@Suite struct ScheduleTests {
    private func start(on node: NodeName, _ id: Int) -> Step {
        Step(
            id: id, domain: DomainRef(name: "web", uuid: 1), action: .start(on: node), reason: .keepalive(), after: [],
            precondition: Precondition(sights: [], silent: []))
    }

    /// No plan has two such steps; should one ever, they are not begun together.
    @Test func ofTwoStepsForOneDomainOneBegins() {
        var schedule = Schedule([start(on: "alpha", 1), start(on: "beta", 2)], Concurrency())
        #expect(schedule.ready.map(\.id) == [1])
        schedule.begin(start(on: "alpha", 1))
        #expect(schedule.ready.isEmpty)
    }

    /// A migration whose connection was lost goes on: it counts against the limit of its nodes (invariant I13).
    @Test func whatWasLostSightOfCountsAgainstTheLimit() {
        let steps = (1...3).map { number in
            Step(
                id: number, domain: DomainRef(name: "web", uuid: .numbered(number)),
                action: .migrate(from: "alpha", to: "beta"), reason: .keepalive(), after: [],
                precondition: Precondition(sights: [], silent: []))
        }
        var schedule = Schedule(steps, Concurrency())
        #expect(schedule.ready.map(\.id) == [1, 2])
        for step in steps[..<2] { schedule.begin(step) }
        schedule.finish(Outcome(step: steps[0], result: .unknown("the connection was lost")))
        #expect(schedule.ready.isEmpty)
        schedule.finish(Outcome(step: steps[1], result: .done))
        #expect(schedule.ready.map(\.id) == [3])
    }
}
