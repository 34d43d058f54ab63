import StateSpec
import Synchronization
import Testing

@testable import Reconciler

/// Killed at any instant, the next rounds converge without help, and nothing ever runs twice.
@Suite struct CrashTests {
    /// A start, a stop, an offline move, and two migrations of which one waits for the other.
    private static func lab() -> FakeCluster {
        let domains = [
            Make.domain(1, "one", memory: 9) { $0.nodes = ["beta"] },
            Make.domain(2, "two", memory: 9) { $0.nodes = ["gamma"] },
            Make.domain(3, "ct") {
                $0.migrate = .offline
                $0.nodes = ["gamma"]
            },
            Make.domain(4, "old") { $0.run = .stopped },
            Make.domain(5, "web"),
        ]
        var world = World(Rack.names)
        world.put(domains[0], on: "alpha", isPersistent: true)
        world.put(domains[1], on: "beta")
        world.put(domains[2], on: "alpha")
        world.put(domains[3], on: "beta", isPersistent: true)
        return FakeCluster(world, Rack.desired(domains) { $0.budgets.moves.floor = 5 })
    }

    private static let end: [Int: [NodeName]] = [1: ["beta"], 2: ["gamma"], 3: ["gamma"], 4: []]

    private static let eventsCount = 160

    @Test func aCleanRunGetsThere() async throws {
        let lab = Self.lab()
        let applied = try await lab.apply()
        #expect(applied.outcomes.count == 6)
        #expect(applied.isComplete)
        for (number, homes) in Self.end { #expect(lab.world.homes(.numbered(number)) == homes) }
        #expect(lab.world.homes(5).count == 1)
        lab.expectSafe()
        #expect(lab.log.count < Self.eventsCount, "the sweep below ends before the run does")
        #expect(lab.log.count > Self.eventsCount / 3)
    }

    /// The process is gone from one event on: no command, no lock, no line of the journal comes from it any more. The
    /// command at that very event may have reached its node, and take effect at once, later, or never.
    @Test(arguments: 0..<eventsCount, [-1, 0, 4_000] as [Int64])
    func aKilledRunIsTakenUpByTheNext(_ event: Int, _ delay: Int64) async throws {
        let lab = Self.lab()
        lab.with { state in
            state.hook = { moment, state in
                guard state.log.count > event else { return nil }
                if state.log.count == event + 1 {
                    for name in Rack.names { state.world.hosts[name]?.lockHolder = nil }
                    guard case .command(let command, let node) = moment, delay >= 0 else { return Self.dead(moment) }
                    // What had begun goes on without its client.
                    state.later(delay) { _ = $0.execute(command, on: node) }
                }
                return Self.dead(moment)
            }
        }
        _ = try? await lab.apply()
        lab.with { state in
            state.hook = { _, _ in nil }
            state.log = []
        }
        for run in ["run2", "run3", "run4", "run5", "run6"] as [RunID] {
            let applied = try? await lab.apply(run)
            if applied?.outcomes.isEmpty == true, applied?.planned.plan.isInSync == true { break }
            lab.with { $0.advance(to: $0.world.milliseconds + 10_000) }
        }
        for (number, homes) in Self.end {
            #expect(lab.world.homes(.numbered(number)) == homes, "domain \(number) after a kill at \(event)")
        }
        #expect(lab.world.homes(5).count == 1)
        lab.expectSafe()
    }

    private static func dead(_ moment: FakeCluster.Moment) -> FakeCluster.Fault? {
        switch moment {
        case .command: .lost
        case .journal, .remember, .unsettle: .full
        case .claim, .witness, .settle: .lost
        case .load, .scan, .lock, .release: nil
        }
    }

    /// Asked to end, a run begins nothing more, says what it does not know, and gives its locks back.
    @Test(arguments: Array(stride(from: 10, to: 90, by: 4))) func aCancelledRunEndsCleanly(_ event: Int) async throws {
        let lab = Self.lab()
        let handle = Mutex<Task<Round.Applied, any Error>?>(nil)
        let cancel: @Sendable () -> Void = { handle.withLock { $0?.cancel() } }
        lab.with { state in
            state.hook = { _, state in
                if state.log.count == event { cancel() }
                return nil
            }
        }
        let task = Task { try await lab.apply() }
        handle.withLock { $0 = task }
        let applied = try await task.value
        #expect(applied.outcomes.count == applied.planned.plan.steps.count)
        for name in Rack.names { #expect(lab.world.hosts[name]?.lockHolder == nil) }
        lab.with { state in
            state.hook = { _, _ in nil }
            state.advance(to: state.world.milliseconds + 60_000)
        }
        for run in ["run2", "run3", "run4"] as [RunID] { _ = try await lab.apply(run) }
        for (number, homes) in Self.end { #expect(lab.world.homes(.numbered(number)) == homes) }
        lab.expectSafe()
    }
}
