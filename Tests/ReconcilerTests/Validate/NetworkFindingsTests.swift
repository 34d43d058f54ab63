import StateSpec
import Testing

@testable import Reconciler

@Suite("networks and bridges")
struct NetworkFindingsTests {
    private func network(
        _ name: String, isActive: Bool = true, isAutostarted: Bool = true, _ shape: NetworkShape? = nil
    ) -> ObservedNetwork {
        ObservedNetwork(name: name, isActive: isActive, isAutostarted: isAutostarted, shape: shape)
    }

    private func findings(
        _ networks: [NodeName: [ObservedNetwork]], _ change: (inout ValidatedCluster) -> Void = { _ in }
    ) -> [Alert] {
        var cluster = ValidatedCluster()
        for (name, list) in networks { cluster.change(name) { $0 = $0.with(networks: list) } }
        change(&cluster)
        return cluster.findings
    }

    /// A domain that is off, as wished.
    private func gate(_ nodes: [NodeName]?, _ interface: DomainInterface) -> DomainSpec {
        var definition = Make.definition(disk: "/dev/disk/gate")
        definition.interfaces = [interface]
        var wish = DomainWish()
        wish.nodes = nodes
        return DomainSpec(name: "gate", uuid: 3, definition: definition, xml: [], xmlBlob: nil, wish: wish)
    }

    @Test func oneThatMissesIsDefinedLikeAnothers() {
        let found = findings(["gamma": []])
        #expect(found.map(\.code) == ["network-missing"] && found.map(\.node) == ["gamma"])
        #expect(found[0].message == "does not exist there, but on alpha, beta")
        let virsh = ["virsh", "-c", "qemu:///system"]
        #expect(
            found[0].remedies == [
                Remedy(
                    on: "gamma", .run(virsh + ["net-define", "/dev/stdin"]),
                    input: .output(
                        of: "alpha", virsh + ["net-dumpxml", "--inactive", "lan"],
                        through: ["sed", "/<uuid>/d; /<mac /d"])),
                Remedy(on: "gamma", .run(virsh + ["net-start", "lan"])),
                Remedy(on: "gamma", .run(virsh + ["net-autostart", "lan"])),
            ])
    }

    @Test func oneThatIsDownOrDoesNotComeUp() {
        let found = findings(["gamma": [network("lan", isActive: false, isAutostarted: false)]])
        #expect(found.map(\.code) == ["network-autostart", "network-inactive"])
        #expect(found.allSatisfy { $0.node == "gamma" && $0.remedies.count == 1 })
    }

    @Test func oneThatGitAsksForAndNobodyHas() {
        let found = findings([:]) { $0.spec.networks = ["san"] }
        #expect(found.map(\.code) == ["network-missing", "network-missing", "network-missing"])
        #expect(found.allSatisfy { $0.remedies.isEmpty && $0.hint != nil })
    }

    @Test func oneThatNobodyAsksForIsTheOddOne() {
        let found = findings(["gamma": [network("lan"), network("default")]])
        #expect(found.map(\.severity) == [.notice])
        #expect(found.map(\.message) == ["exists only on gamma"])
    }

    @Test func oneThatADomainNeedsIsAskedForWhereItMayRun() {
        let both = [network("lan"), network("dmz")]
        func needing(_ nodes: [NodeName]?) -> [NodeName?] {
            findings(["gamma": both]) { cluster in
                cluster.domains.append(gate(nodes, .network("dmz")))
            }.map(\.node)
        }
        #expect(needing(nil) == ["alpha", "beta"])
        #expect(needing(["beta", "gamma"]) == ["beta"])
        #expect(needing(["gamma"]) == [])
    }

    @Test func twoShapesUnderOneName() {
        let nat = NetworkShape(forward: "nat", bridge: nil)
        let bridge = NetworkShape(forward: "bridge", bridge: "br0")
        let found = findings([
            "alpha": [network("lan", bridge)], "beta": [network("lan", bridge)], "gamma": [network("lan", nat)],
        ]) { cluster in
            for name in ["alpha", "beta"] as [NodeName] { cluster.change(name) { $0 = $0.with(bridges: ["br0"]) } }
        }
        #expect(found.map(\.code) == ["network-differs"])
        #expect(found[0].message == "is not the same everywhere: bridge by br0 on alpha, beta; nat on gamma")
    }

    @Test func bridgesThatMiss() {
        let shape = NetworkShape(forward: "bridge", bridge: "br0")
        let found = findings(["alpha": [network("lan", shape)]]) { cluster in
            cluster.domains.append(gate(["beta"], .bridge("br7")))
        }
        #expect(found.map(\.code) == ["bridge-missing", "bridge-missing"])
        #expect(found.map(\.subject) == ["bridge br0", "bridge br7"] && found.map(\.node) == ["alpha", "beta"])
    }

    @Test func aBridgeThatLeadsNowhere() {
        let found = findings([:]) { cluster in cluster.change("beta") { $0.uplinks = ["br0": 0] } }
        #expect(found.map(\.code) == ["bridge-uplink"] && found.map(\.node) == ["beta"])
        let everywhere = findings([:]) { cluster in
            for name in ValidatedCluster.names { cluster.change(name) { $0.uplinks = ["br0": 0] } }
        }
        #expect(everywhere == [])
    }

    @Test func hostileNamesAreInNoCommand() {
        let evil = "x'; reboot #\u{1B}\n"
        let found = findings(["alpha": [network("lan"), network(evil)], "beta": [network("lan"), network(evil)]])
        #expect(found.map(\.code) == ["network-missing"] && found[0].remedies.isEmpty)
        #expect(!found[0].subject.contains("\n") && found[0].hint != nil)
        let option = findings([
            "alpha": [network("lan"), network("--help")], "beta": [network("lan"), network("--help")],
        ])
        #expect(option.map(\.code) == ["network-missing"] && option[0].remedies.isEmpty)
    }
}
