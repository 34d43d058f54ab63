import Reconciler
import StateSpec
import Testing

@testable import Store

/// Which of two sightings wins.
struct MergeTests {
    private let silent = Reading.silent(Silence(.deadline, "10 s"))

    private func merged(_ scans: [ObservedCluster]) throws -> RecordSet {
        var records = RecordSet()
        for (number, scan) in scans.enumerated() { records.merge(scan, run: try Sample.run("r\(number)")) }
        return records
    }

    private func first(_ at: Int64, _ domains: [ObservedDomain] = [], memo: NodeMemo = NodeMemo()) throws -> Reading {
        .answered(try Sample.observed(domains: domains, memo: memo), at: Sample.time(at))
    }

    private func second(_ at: Int64, _ domains: [ObservedDomain] = []) throws -> Reading {
        .answered(try Sample.observed(host: 902, boot: 802, domains: domains), at: Sample.time(at))
    }

    @Test func anOlderScanChangesNothing() throws {
        let new = try Sample.scan(20, ["n1": first(19, [Sample.domain(1)])])
        let old = try Sample.scan(10, ["n1": first(9, [Sample.domain(1, name: "old")])])
        #expect(try merged([new, old]) == merged([new]))
    }

    @Test func aSilentNodeKeepsWhatWasSeenOfIt() throws {
        let records = try merged([
            Sample.scan(10, ["n1": first(9, [Sample.domain(1)])]), Sample.scan(20, ["n1": silent]),
            Sample.scan(30, ["n1": .silent(Silence(.unreachable, "no route"))]),
        ])
        let name = try Sample.node("n1")
        let node = try #require(records.nodes[name])
        #expect(node.identity?.lastAnswer == Sample.time(9))
        #expect(node.resources?.seen == Sample.time(9))
        #expect(node.quiet?.since == Sample.time(20))
        #expect(node.quiet?.silence.cause == .unreachable)
        #expect(records.population[name]?.domains.count == 1)
        let back = try merged([
            Sample.scan(10, ["n1": silent]), Sample.scan(20, ["n1": first(19)]), Sample.scan(15, ["n1": silent]),
        ])
        #expect(back.nodes[name]?.quiet == nil)
    }

    @Test func notAskedIsNoSilence() throws {
        let records = try merged([
            Sample.scan(10, ["n1": first(9)]), Sample.scan(20, ["n1": .silent(Silence(.notAsked, "its lock"))]),
        ])
        #expect(records.nodes[try Sample.node("n1")]?.quiet == nil)
    }

    @Test func aNodeThatNoApplyJoinedIsNoMember() throws {
        #expect(try merged([Sample.scan(10, ["n1": first(9)])]).recollection.members == [])
    }

    @Test func membersLearnFromTheNewestMemoAndFromAnswers() throws {
        let memo = NodeMemo(members: [try Sample.member("n1", at: 3), try Sample.member("n3", host: 903, at: 4)])
        let older = NodeMemo(members: [try Sample.member("n3", host: 903, boot: 7, at: 2)])
        let members = try merged([
            Sample.scan(10, ["n1": first(9, memo: memo)]), Sample.scan(20, ["n1": first(19, memo: older)]),
        ]).recollection.members
        #expect(members == [try Sample.member("n1", at: 19), try Sample.member("n3", host: 903, at: 4)])
    }

    @Test func aRetirementIsLearntThoughTheNodeAnsweredLater() throws {
        let joined = NodeMemo(members: [try Sample.member("n2", host: 902, boot: 802, at: 1)])
        let retired = NodeMemo(members: [try Sample.member("n2", host: 902, boot: 802, at: 12, isRetired: true)])
        let members = try merged([
            Sample.scan(10, ["n1": first(9, memo: joined), "n2": second(9)]),
            Sample.scan(20, ["n1": first(19), "n2": second(19)]),
            Sample.scan(30, ["n1": first(29, memo: retired), "n2": silent]),
        ]).recollection.members
        #expect(members == [try Sample.member("n2", host: 902, boot: 802, at: 19, isRetired: true, heardAt: 30)])
    }

    @Test func anotherHostNeverBecomesTheRecordedOne() throws {
        let memo = NodeMemo(members: [try Sample.member("n1", at: 3)])
        let records = try merged([
            Sample.scan(10, ["n1": first(9, [Sample.domain(1)], memo: memo)]),
            Sample.scan(20, ["n1": second(19, [Sample.domain(1)])]),
        ])
        #expect(records.recollection.members == [try Sample.member("n1", at: 9, heardAt: 20)])
        #expect(records.nodes[try Sample.node("n1")]?.quiet?.silence.cause == .wrongHost)
        #expect(records.recollection.sightings.map(\.at) == [Sample.time(9)])
    }

    @Test func oneHostUnderTwoNamesIsNoAnswer() throws {
        let records = try merged([Sample.scan(10, ["n1": first(9, [Sample.domain(1)]), "n2": first(8)])])
        #expect(records.recollection.sightings == [])
        #expect(records.nodes.values.allSatisfy { $0.identity == nil && $0.quiet?.silence.cause == .wrongHost })
    }

    @Test func theNewestAppliedCommitWins() throws {
        let older = AppliedCommit(commit: try Sample.commit("a"), at: Sample.time(5))
        let newer = AppliedCommit(commit: try Sample.commit("b"), at: Sample.time(6))
        let records = try merged([
            Sample.scan(10, ["n1": first(9, memo: NodeMemo(applied: newer))]),
            Sample.scan(20, ["n1": first(19, memo: NodeMemo(applied: older))]),
        ])
        #expect(records.common.applied == newer)
    }

    @Test func arrivalIsWhenItWasFirstSeenAfterItWasElsewhere() throws {
        var records = try merged([
            Sample.scan(10, ["n1": first(9, [Sample.domain(1)])]),
            Sample.scan(20, ["n1": first(19, [Sample.domain(1)])]),
        ])
        #expect(records.recollection.sightings.map(\.arrivedAt) == [nil])
        for moment in [30, 40] as [Int64] {
            records.merge(
                try Sample.scan(moment, ["n2": second(moment - 1, [Sample.domain(1)])]), run: try Sample.run("r9"))
            #expect(records.recollection.sightings.map(\.arrivedAt) == [Sample.time(29)])
        }
    }

    @Test func aMigrationMakesNoSighting() throws {
        let incoming = try Sample.domain(1, "paused", "migrating")
        let outgoing = try Sample.domain(1, job: "Outgoing migration")
        let records = try merged([
            Sample.scan(10, ["n1": first(9, [Sample.domain(1)])]),
            Sample.scan(20, ["n1": first(18, [outgoing]), "n2": second(19, [incoming])]),
        ])
        #expect(records.recollection.sightings.map(\.at) == [Sample.time(9)])
        // And voids the one before, until the domain is seen at rest again.
        #expect(records.recollection.sightings.map(\.unsettledAt) == [Sample.time(19)])
        var later = records
        later.merge(try Sample.scan(30, ["n2": second(29, [Sample.domain(1)])]), run: try Sample.run("r9"))
        let rested = Sighting(
            uuid: try Sample.uuid(1), node: try Sample.node("n2"), bootID: try Sample.uuid(802), at: Sample.time(29),
            arrivedAt: Sample.time(29))
        #expect(later.recollection.sightings == [rested])
        // A process that libvirt does not list is on its way, too, for all that is known.
        let process = Reading.answered(try Sample.observed(processes: [Sample.uuid(1)]), at: Sample.time(39))
        later.merge(try Sample.scan(40, ["n1": process, "n2": second(38)]), run: try Sample.run("r10"))
        #expect(later.recollection.sightings.map(\.unsettledAt) == [Sample.time(39)])
        // An older scan that comes late takes nothing back.
        later.merge(try Sample.scan(21, ["n1": first(20, [outgoing])]), run: try Sample.run("r11"))
        #expect(later.recollection.sightings.map(\.unsettledAt) == [Sample.time(39)])
    }

    @Test func aDoubleIsDatedSoThatItPermitsNothing() throws {
        let double = try merged([
            Sample.scan(20, ["n1": first(12, [Sample.domain(1)]), "n2": second(15, [Sample.domain(1)])])
        ])
        // Were it dated 15, the silence of n1 would permit a start: its last answer is of 12.
        #expect(double.recollection.sightings.map(\.at) == [Sample.time(12)])
        let process = Reading.answered(try Sample.observed(processes: [Sample.uuid(1)]), at: Sample.time(11))
        let stray = try merged([Sample.scan(20, ["n1": process, "n2": second(15, [Sample.domain(1)])])])
        #expect(stray.recollection.sightings.map(\.at) == [Sample.time(11)])
        #expect(stray.recollection.sightings.map(\.node) == [try Sample.node("n2")])
    }

    @Test func aStaleDefinitionDoesNotHideADomainOnASilentNode() throws {
        let stale = try Sample.domain(1, name: "old", "shut off", "destroyed")
        let scans = [
            try Sample.scan(10, ["n1": first(9, [Sample.domain(1)]), "n2": second(9, [stale])]),
            try Sample.scan(20, ["n1": silent, "n2": second(19, [stale])]),
        ]
        let uuid = try Sample.uuid(1)
        #expect(try merged(scans).domains[uuid]?.definition?.name == "web")
        let gone = try Sample.scan(30, ["n1": first(29), "n2": second(29, [stale])])
        #expect(try merged(scans + [gone]).domains[uuid]?.definition?.name == "old")
    }

    @Test func whatNobodyHasSeenForLongIsForgotten() throws {
        let day: Int64 = 86_400
        let seen = try Sample.scan(10, ["n1": first(9, [Sample.domain(1)])])
        #expect(try merged([seen, Sample.scan(179 * day, ["n1": silent])]).domains.count == 1)
        #expect(try merged([seen, Sample.scan(181 * day, ["n1": silent])]).domains.count == 0)
    }
}
