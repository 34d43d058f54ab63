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
}
