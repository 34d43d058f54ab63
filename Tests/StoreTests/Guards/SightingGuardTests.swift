import Reconciler
import StateSpec
import Testing

@testable import Store

/// What rule S2 may rest on: without its guard a sighting says more than what was seen.
struct SightingGuardTests {
    private func sightings(_ scans: [ObservedCluster]) throws -> [Sighting] {
        var records = RecordSet()
        for scan in scans { records.merge(scan, run: try Sample.run()) }
        return records.recollection.sightings
    }

    /// n1 has a process of the domain at 11, n2 shows it at 15. Should n1 fall silent, only a sighting that is later than
    /// its last answer permits a start.
    @Test func aProcessElsewhereDatesTheSighting() throws {
        let process = Reading.answered(try Sample.observed(processes: [Sample.uuid(1)]), at: Sample.time(11))
        let domain = Reading.answered(
            try Sample.observed(host: 902, boot: 802, domains: [Sample.domain(1)]), at: Sample.time(15))
        let scan = try Sample.scan(20, ["n1": process, "n2": domain])
        #expect(try sightings([scan]).map(\.at) == [Sample.time(11)])
        let off = try Guard.$off.withValue([.sightingsAreCertain]) { try sightings([scan]) }
        #expect(off.map(\.at) == [Sample.time(15)])
    }

    @Test func aMigrationMakesASighting() throws {
        let arriving = Reading.answered(
            try Sample.observed(domains: [Sample.domain(1, "paused", "migrating")]), at: Sample.time(9))
        let scan = try Sample.scan(10, ["n1": arriving])
        #expect(try sightings([scan]) == [])
        #expect(try Guard.$off.withValue([.sightingsAreCertain]) { try sightings([scan]) }.count == 1)
    }
}
