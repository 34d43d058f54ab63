import Foundation
import Reconciler
import StateSpec
import Testing

@testable import Store

/// Run ids, clocks and plans that run once.
struct RunTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func aPlanRunsOnce() throws {
        let plans = AppliedPlans(directory: scratch.path)
        try plans.claim(Sample.run("p1"))
        try plans.claim(Sample.run("p2"))
        let error = #expect(throws: StoreError.self) {
            try AppliedPlans(directory: scratch.path).claim(Sample.run("p1"))
        }
        #expect(error?.description.contains("plan p1 was applied before") == true)
    }

    @Test func ofManyClaimsAtOnceOneSucceeds() async throws {
        let path = scratch.path
        let claimed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (try? AppliedPlans(directory: path).claim(Sample.run("p1"))) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(claimed == 1)
    }

    @Test func oldMarkersGo() throws {
        let plans = AppliedPlans(directory: scratch.path)
        try plans.claim(Sample.run("old"))
        try plans.claim(Sample.run("young"))
        let twoDays = Date().addingTimeInterval(-2 * 86_400 - 60)
        try FileManager.default.setAttributes(
            [.modificationDate: twoDays], ofItemAtPath: scratch.path + "/plans/old")
        try plans.claim(Sample.run("new"))
        let markers = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/plans")
        #expect(markers.sorted() == ["new", "young"])
    }

    @Test func runIDsTellTheirTimeAndDiffer() {
        let ids = (0..<1000).map { _ in RunID.random(at: Sample.time(0)) }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { $0.text.hasPrefix("20260921t141320-") && $0.text.utf8.count == 24 })
    }

    @Test func theClockGoesForward() async throws {
        let clock = SystemClock()
        let start = clock.monotonicMilliseconds()
        try await clock.sleep(.milliseconds(5))
        #expect(clock.monotonicMilliseconds() - start >= 5)
        #expect(clock.now() > Sample.time(-100_000_000))
    }
}
