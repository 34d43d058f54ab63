import StateSpec
import Testing

@testable import Reconciler

@Suite("nodes are alike")
struct ParityFindingsTests {
    @Test func versionsApart() {
        var cluster = ValidatedCluster()
        cluster.change("gamma") {
            $0 = $0.with(versions: HypervisorVersions(libvirt: "10.0.0", hypervisor: "QEMU 8.2.2"))
        }
        #expect(cluster.findings.map(\.code) == ["versions-differ", "versions-differ"])
        #expect(cluster.findings.map(\.subject) == ["hypervisor", "libvirt"])
        #expect(cluster.findings[1].message == "9.0.0 on alpha, beta; 10.0.0 on gamma")
    }

    @Test func clocksApart() {
        var cluster = ValidatedCluster()
        cluster.change("beta") { $0 = $0.with(clock: $0.clock + Seconds(31)) }
        cluster.change("gamma") { $0 = $0.with(clock: $0.clock + Seconds(-30)) }
        #expect(cluster.findings.map(\.code) == ["clock-apart"] && cluster.findings[0].node == "beta")
        #expect(cluster.findings[0].message == "is 31s ahead of those of most nodes")
    }

    @Test func ourOwnClockIsNoNodesFault() {
        var cluster = ValidatedCluster()
        for name in ValidatedCluster.names { cluster.change(name) { $0 = $0.with(clock: $0.clock + Seconds(600)) } }
        #expect(cluster.findings.map(\.code) == ["clock-skew"])
    }

    @Test func cpusThatBlockMigration() {
        var cluster = ValidatedCluster()
        var definition = cluster.domains[0].definition
        definition.cpu = DomainCPU(mode: "host-passthrough")
        cluster.world.put(cluster.domains[0], on: "alpha", definition: definition)
        for name in ["alpha", "beta"] as [NodeName] { cluster.change(name) { $0 = $0.with(cpuModel: "Skylake") } }
        cluster.change("gamma") { $0 = $0.with(cpuModel: "Broadwell") }
        #expect(cluster.findings.map(\.code) == ["cpu-differs"] && cluster.findings[0].node == "gamma")
        #expect(
            cluster.findings[0].message
                == "web cannot migrate there: it has another CPU, and they are given theirs whole")
        // One that may not go there needs no CPU there.
        cluster.domains[0].wish.nodes = ["alpha", "beta"]
        #expect(cluster.findings == [])
    }

    @Test func silentNodesAndOtherHosts() throws {
        var cluster = ValidatedCluster()
        cluster.world.hosts["gamma"]?.silence = Silence(.unreachable, "connection refused")
        #expect(cluster.findings.map(\.code) == ["silent"] && cluster.findings[0].node == "gamma")
        cluster = ValidatedCluster()
        let twin = try #require(cluster.world.hosts["alpha"]?.hostUUID)
        cluster.world.hosts["gamma"]?.hostUUID = twin
        let codes = Set(cluster.findings.map(\.code))
        #expect(codes == ["wrong-host", "home-unknown"], "\(cluster.findings)")
    }

    @Test func aScanWithoutSSHSaysSo() {
        var cluster = ValidatedCluster()
        for name in ValidatedCluster.names { cluster.change(name) { $0.access = nil } }
        #expect(cluster.findings.map(\.code) == ["not-scanned"])
        #expect(cluster.findings[0].message == "keys and ssh config were not looked at on alpha, beta, gamma")
    }
}
