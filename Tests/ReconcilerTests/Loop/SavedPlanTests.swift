import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// A saved plan is a list of what may be done, never of what is done.
@Suite struct SavedPlanTests {
    private static let first = Make.domain(1, "one", memory: 10) { $0.nodes = ["gamma"] }
    private static let second = Make.domain(2, "two", memory: 10) { $0.nodes = ["alpha"] }
    private static let third = Make.domain(3, "three")

    private static func lab() -> FakeCluster {
        var world = World(Rack.names)
        world.put(first, on: "alpha")
        world.put(second, on: "beta")
        return FakeCluster(world, Rack.desired([first, second, third]))
    }

    private static func save(_ lab: FakeCluster) async throws -> SavedPlan {
        let planned = try await lab.round("planner").plan()
        return try #require(SavedPlan(planned.plan, id: "plan1"))
    }

    /// The file with some text replaced, as a person or an attacker would.
    private static func edit(_ saved: SavedPlan, _ change: (String) -> String) throws -> SavedPlan {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(saved), as: UTF8.self)
        let edited = change(text)
        #expect(edited != text, "the edit changed nothing")
        return try JSONDecoder().decode(SavedPlan.self, from: Data(edited.utf8))
    }

    @Test func whatWasReviewedIsCarriedOut() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        #expect(saved.steps.count == 3)
        let applied = try await lab.apply(saved: saved)
        #expect(applied.words == ["one: done", "two: done", "three: done"])
        lab.expectSafe()
    }

    @Test func theBranchHasMoved() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        lab.with { state in
            state.loaded.readable = ReadableCommit("beef", signer: nil)
            state.history.insert("beef")
        }
        await #expect(throws: RoundError.self) { try await lab.apply(saved: saved) }
        #expect(lab.commands.isEmpty)
    }

    @Test(arguments: [(Int64(3_600_000), true), (3_601_000, false)])
    func itExpiresAfterAnHour(_ milliseconds: Int64, _ isFresh: Bool) async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        lab.with { $0.advance(to: milliseconds) }
        if isFresh {
            #expect(try await lab.apply(saved: saved).isComplete)
        } else {
            await #expect(throws: RoundError.self) { try await lab.apply(saved: saved) }
            #expect(lab.commands.isEmpty)
        }
    }

    @Test func itIsNotFromTheFuture() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        let edited = try Self.edit(saved) { $0.replacing("\"madeAt\":\"2026", with: "\"madeAt\":\"2036") }
        await #expect(throws: RoundError.self) { try await lab.apply(saved: edited) }
        #expect(lab.commands.isEmpty)
    }

    @Test func anotherFormatIsRefused() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        let edited = try Self.edit(saved) { $0.replacing("\"format\":1", with: "\"format\":2") }
        await #expect(throws: RoundError.self) { try await lab.apply(saved: edited) }
        await #expect(throws: RoundError.self) { try await lab.round("look").plan(restrictedTo: edited) }
        #expect(lab.commands.isEmpty)
    }

    @Test func aLookAtItSaysWhatWouldBeRefused() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        lab.with { $0.world.hosts["alpha"]?.guests[1]?.isPersistent = true }
        let (planned, stale) = try await lab.round("look").plan(restrictedTo: saved)
        #expect(planned.plan.steps.map(\.domain?.name) == ["three"])
        #expect(stale.map(\.step.domain?.name) == ["one", "two"])
        #expect(lab.commands.isEmpty)
    }

    @Test func whereItCannotBeClaimedNothingIsDone() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        struct Claimed: Error {}
        await #expect(throws: RoundError.self) {
            try await lab.round("late").apply(
                from: "test", activity: "apply", saved: saved, announce: { _ in throw Claimed() }, report: { _ in })
        }
        #expect(lab.commands.isEmpty)
    }

    @Test func whatChangedSinceIsRefusedAndTheRestIsDone() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        lab.with { $0.world.hosts["alpha"]?.guests[1]?.isPersistent = true }
        let applied = try await lab.apply(saved: saved)
        let refused = applied.outcomes.filter(\.isRefused).map(\.step.domain?.name)
        // two waits for one, so it goes with it.
        #expect(refused == ["one", "two"])
        #expect(applied.outcomes.filter(\.isDone).map(\.step.domain?.name) == ["three"])
        #expect(!applied.isComplete)
        lab.expectSafe()
    }

    @Test func itIsNotCarriedOutTwice() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        _ = try await lab.apply(saved: saved)
        let commands = lab.commands.count
        let again = try await lab.apply("run2", saved: saved)
        #expect(again.outcomes.map(\.isRefused) == [true, true, true])
        #expect(lab.commands.count == commands)
    }

    @Test func anEditedFileAddsNothing() async throws {
        let lab = Self.lab()
        let saved = try await Self.save(lab)
        // A migration to another node, a start of another domain, a shutdown of a third: none follows by itself.
        let edits: [(String, String)] = [
            ("\"to\":\"gamma\"", "\"to\":\"beta\""), ("\"start\":{\"on\":\"", "\"shutdown\":{\"on\":\""),
            ("000000000003\"", "000000000001\""),
        ]
        for (from, to) in edits {
            let edited = try Self.edit(saved) { $0.replacing(from, with: to) }
            let planned = try await lab.round("planner").plan()
            let (kept, stale) = try edited.restrict(planned, now: planned.observed.takenAt)
            let asPlanned = kept.plan.steps.allSatisfy { step in planned.plan.steps.contains(step) }
            #expect(asPlanned)
            #expect(kept.plan.steps.count < planned.plan.steps.count, "\(from)")
            #expect(!stale.isEmpty, "\(from)")
        }
    }

    @Test func aStepWhosePredecessorWasTakenOutIsNotDone() async throws {
        let lab = Self.lab()
        let planned = try await lab.round("planner").plan()
        let without = Plan(
            commit: planned.plan.commit, now: planned.plan.now,
            steps: planned.plan.steps.filter { $0.domain?.uuid != 1 }, decisions: [], alerts: [], refusal: nil)
        let saved = try #require(SavedPlan(without, id: "plan1"))
        let (kept, _) = try saved.restrict(planned, now: planned.observed.takenAt)
        #expect(kept.plan.steps.map(\.domain?.name) == ["three"])
        let applied = try await lab.apply(saved: saved)
        #expect(lab.words.contains { $0.contains("two") } == false)
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 2 && $0.isRefused })
        #expect(applied.outcomes.contains { $0.step.domain?.uuid == 3 && $0.isDone })
        lab.expectSafe()
    }

    @Test func uncommittedPlansAreNotSaved() async throws {
        let lab = FakeCluster(World(Rack.names), Rack.desired([Self.third]), commit: nil)
        let planned = try await lab.round().plan()
        #expect(SavedPlan(planned.plan, id: "plan1") == nil)
        #expect(planned.plan.steps.count == 1)
    }
}
