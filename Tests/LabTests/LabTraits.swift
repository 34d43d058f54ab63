import EndToEnd
import Testing

/// Brings the lab up before the suite, and takes it down after it, whatever the tests made of it.
struct LabTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Lab.program.removeStale()
        try await Lab.lab("up")
        try TextFile.write(Lab.sightings, "")
        let watch = Task { await Lab.watch() }
        do {
            try await function()
        } catch {
            try await Self.end(watch)
            throw error
        }
        try await Self.end(watch)
    }

    private static func end(_ watch: Task<Void, Never>) async throws {
        // The watch ends with its lab.
        try await Lab.lab("down")
        watch.cancel()
        await watch.value
        try TextFile.remove(Lab.sightings)
    }
}

/// Fails the test during which a domain was seen running twice.
struct SightingsTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await function()
        let seen = try TextFile.read(Lab.sightings)
        guard !seen.isEmpty else { return }
        Issue.record("a domain ran twice:\n\(seen)")
        try TextFile.write(Lab.sightings, "")
    }
}

extension Trait where Self == LabTrait {
    static var onLab: Self { Self() }
}

extension Trait where Self == SightingsTrait {
    static var neverTwice: Self { Self() }
}

/// All tests on the lab, one after the other: they share its nodes. Under CI=true a lab that cannot start is a failure.
@Suite(
    .serialized, .onLab, .neverTwice,
    .enabled(
        if: Program.isRoot || Program.inherited("CI") == "true",
        "the lab makes network namespaces and needs root; run the tests as root"))
enum OnTheLab {}
