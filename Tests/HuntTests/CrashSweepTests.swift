import Reconciler
import StateSpec
import Testing

@testable import Hunt

/// havirt is killed at every step of every scenario, another one runs, and the end is the same as without the crash
/// (hazard H30, invariant I7).
@Suite struct CrashSweepTests {
    @Test(arguments: CrashSweep.Story.allCases)
    func everyCrashEndsAsNone(story: CrashSweep.Story) throws {
        let calm = CrashSweep(story).run(killedAt: nil)
        #expect(calm.violations == [] && calm.isAtRest, "\(calm)")
        #expect(calm.moments > 10, "a story in which nothing happens shows nothing")
        for moment in 0..<calm.moments {
            let end = CrashSweep(story).run(killedAt: moment)
            #expect(end.violations == [], "\(story) killed at \(moment)")
            #expect(end.isAtRest && end.homes == calm.homes, "\(story) killed at \(moment): \(end), not \(calm)")
        }
    }
}
