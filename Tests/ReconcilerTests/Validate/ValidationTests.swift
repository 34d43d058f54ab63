import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

@Suite("what validate says of domains")
struct ValidationTests {
    private typealias Drift = (code: String, severity: Severity, node: NodeName?)

    private func drift(_ change: (inout ValidatedCluster) -> Void) -> [String] {
        var cluster = ValidatedCluster()
        change(&cluster)
        return cluster.findings.map { "\($0.severity.rawValue) \($0.code) \($0.subject) \($0.node?.text ?? "-")" }
    }

    @Test func wishesThatDoNotHold() {
        #expect(drift { $0.world.hosts["alpha"]?.guests = [:] } == ["warning not-running web -"])
        #expect(drift { $0.domains[0].wish.run = .stopped } == ["warning not-stopped web alpha"])
        #expect(drift { $0.domains[0].wish.nodes = ["beta"] } == ["warning misplaced web alpha"])
        #expect(
            drift {
                $0.domains[0].wish.nodes = ["beta"]
                $0.domains[0].wish.run = .manual
            } == ["warning misplaced web alpha"])
        #expect(drift { $0.nodes[0].maintenance = Pause() } == ["warning not-drained web alpha"])
        #expect(
            drift {
                $0.nodes[0].maintenance = Pause()
                $0.domains[0].wish.migrate = .never
            } == ["warning cannot-leave web alpha"])
    }

    @Test func aWishThatCannotBeFulfilledIsDriftAllTheSame() {
        let found = drift { cluster in
            cluster.world.hosts["alpha"]?.guests = [:]
            cluster.domains[0].wish.requires = ["gpu"]
        }
        #expect(found == ["warning not-running web -"])
    }

    @Test func whatSomebodySaidToLeaveAloneIsNoDrift() {
        #expect(drift { $0.domains[0].wish.run = .manual } == [])
        #expect(
            drift {
                $0.world.hosts["alpha"]?.guests = [:]
                $0.domains[0].wish.hold = Pause()
            } == [])
    }

    @Test func statesThatNoWishExplains() throws {
        #expect(
            drift { $0.world.put($0.domains[0], on: "alpha", ObservedState("paused", "user")) } == [
                "warning paused web alpha"
            ])
        #expect(drift { $0.world.put($0.domains[0], on: "gamma") } == ["error double-run web -"])
        #expect(
            drift { $0.world.hosts["gamma"]?.strays = [7_001] } == [])
        #expect(
            drift {
                $0.world.hosts["alpha"]?.guests = [:]
                $0.world.hosts["gamma"]?.strays = [$0.domains[0].uuid]
            } == ["error stray-process web -"])
        #expect(
            drift { $0.world.put(Make.domain(9, "guest"), on: "gamma") } == ["notice unmanaged guest gamma"])
        #expect(
            drift {
                $0.world.put(
                    $0.domains[0], on: "gamma", ObservedState("shut off", "shutdown"), isPersistent: true)
            } == ["warning stray-definition web gamma"])
        #expect(
            drift {
                $0.world.put($0.domains[0], on: "alpha", isPersistent: true)
                $0.world.hosts["alpha"]?.guests[$0.domains[0].uuid]?.isAutostarted = true
            } == ["warning autostart web alpha"])
    }

    @Test func twoWritersOfOneDiskAreFoundWhileTheyRun() {
        let found = drift { cluster in
            let definition = cluster.domains[0].definition
            cluster.world.put(cluster.domains[1], on: "beta", definition: definition)
        }
        #expect(found == ["error disk-clash web alpha"])
        // Files outside of the shared folders are another file on each node.
        func file(_ path: String, _ shared: [String]) -> [String] {
            drift { cluster in
                cluster.spec.sharedPaths = shared
                var definition = cluster.domains[0].definition
                definition.disks = [DomainDisk(target: "vda", source: .file(path: path))]
                cluster.world.put(cluster.domains[0], on: "alpha", definition: definition)
                cluster.world.put(cluster.domains[1], on: "beta", definition: definition)
            }.filter { $0.contains("disk-clash") }
        }
        #expect(file("/srv/a.img", []) == [])
        #expect(file("/srv/a.img", ["/srv"]) == ["error disk-clash web alpha"])
    }

    @Test func everyFindingOfACodeThatApplyEndsSaysSo() {
        var cluster = ValidatedCluster()
        cluster.world.hosts["alpha"]?.guests = [:]
        #expect(cluster.findings.map(\.hint) == ["`havirt apply --yes` would start on alpha"])
    }

    @Test func gitMayChangeASeverityButNotThatOfWhatIsUnsafe() {
        var cluster = ValidatedCluster()
        cluster.world.put(cluster.domains[0], on: "gamma")
        cluster.change("alpha") { $0.access = ValidatedCluster.access(of: "alpha", authorized: .known([])) }
        cluster.world.put(Make.domain(9, "guest"), on: "gamma")
        cluster.spec.findingSeverities = [
            "double-run": nil, "key-missing": .notice, "unmanaged": .warning, "n-plus-one": nil,
            "unprotected": nil,
        ]
        #expect(
            cluster.validation.findings.map { "\($0.severity.rawValue) \($0.code)" } == [
                "error double-run", "warning unmanaged", "notice key-missing",
            ])
        #expect(cluster.validation.fixedCodes == [.doubleRun])
        cluster.spec.findingSeverities.updateValue(nil, forKey: "key-missing")
        #expect(!cluster.validation.findings.contains { $0.code == "key-missing" })
    }

    @Test func selection() {
        var cluster = ValidatedCluster()
        cluster.world.put(cluster.domains[0], on: "gamma")
        cluster.change("alpha") { $0.access = ValidatedCluster.access(of: "alpha", authorized: .known([])) }
        let all = cluster.validation
        #expect(all.filtered(CodeSelection(only: [.keyMissing])).findings.map(\.code) == ["key-missing"])
        #expect(!all.filtered(CodeSelection(ignoring: [.keyMissing])).findings.contains { $0.code == "key-missing" })
        #expect(all.fails(on: .error) && !all.filtered(CodeSelection(only: [.keyMissing])).fails(on: .error))
    }

    @Test func theSameWhateverTheOrderOfNodes() {
        var cluster = ValidatedCluster()
        cluster.change("alpha") {
            $0.access = ValidatedCluster.access(of: "alpha", authorized: .known([]), config: .known([]))
        }
        let before = cluster.validation.findings
        cluster.nodes.reverse()
        cluster.domains.reverse()
        #expect(cluster.validation.findings == before && before.count >= 2)
    }
}
