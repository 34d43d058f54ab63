import Hunt
import Testing

/// What a seed says once it says always.
@Suite struct SeedTests {
    @Test func aSeedReplaysExactly() {
        let first = Hunt(seed: 7, isTracing: true).run()
        let second = Hunt(seed: 7, isTracing: true).run()
        #expect(first == second)
        #expect(first.steps >= 400 && first.actions >= 5)
        #expect(!first.trace.isEmpty && first.violations == [])
    }

    @Test func anotherSeedIsAnotherRun() {
        #expect(Hunt(seed: 8).run().digest != Hunt(seed: 9).run().digest)
    }
}
