import Reconciler
import StateSpec
import Testing

@testable import Store

/// Records made of what a saved scan recalls.
struct RecallingTests {
    @Test func whatIsRecalledIsRecalledAgain() throws {
        let node = try Sample.node("n1")
        let epoch = try #require(Epoch(7))
        let recollection = Recollection(
            members: [
                try Sample.member("n1", at: 1), try Sample.member("n2", host: 902, at: 2, isRetired: true, heardAt: 60),
            ],
            sightings: [
                Sighting(uuid: try Sample.uuid(1), node: node, bootID: try Sample.uuid(800), at: Sample.time(5)),
                Sighting(
                    uuid: try Sample.uuid(2), node: node, bootID: try Sample.uuid(800), at: Sample.time(5),
                    unsettledAt: Sample.time(6), arrivedAt: Sample.time(4)),
            ],
            failures: [
                StartFailure(uuid: try Sample.uuid(3), node: node, count: 2, at: Sample.time(7), cause: "no memory")
            ],
            applied: AppliedCommit(commit: try Sample.commit("a"), at: Sample.time(8)),
            epochs: EpochRecord(own: epoch, foreignMetAt: Sample.time(9)))
        let store = MemoryRecordStore(run: try Sample.run(), recalling: recollection)
        #expect(try store.recall() == recollection)
        #expect(try MemoryRecordStore(run: Sample.run()).recall() == Recollection())
    }
}
