import StateSpec
import Testing

@testable import Reconciler

/// What a running cluster becomes in git.
@Suite struct AdoptionTests {
    private func cluster() -> RunningCluster {
        var cluster = RunningCluster("alpha", "beta", "gamma")
        cluster.put("web1", 1, on: "alpha")
        cluster.put("db1", 2, on: "beta", isPersistent: true)
        cluster.put("batch1", 3, on: "gamma", "shut off", "shutdown")
        return cluster
    }

    @Test func theFirstPlanIsEmptyAndTheSecondAdoptionToo() throws {
        let cluster = cluster()
        let made = try cluster.adopt()
        #expect(
            made.files.map(\.path) == [
                "cluster.yaml", "domains/batch1.xml", "domains/batch1.yaml", "domains/db1.xml", "domains/db1.yaml",
                "domains/web1.xml", "domains/web1.yaml", "nodes/alpha.yaml", "nodes/beta.yaml", "nodes/gamma.yaml",
            ])
        #expect(made.text("cluster.yaml") == "name: shop\nnetworks:\n- lan\n")
        #expect(made.text("nodes/beta.yaml") == "{}\n")
        #expect(made.text("domains/web1.yaml") == "run: keepalive\n")
        #expect(made.text("domains/db1.yaml") == "run: keepalive\n")
        #expect(made.text("domains/batch1.yaml") == "run: manual\n")
        #expect(made.findings.isEmpty, "\(made.findings)")
        let plan = try cluster.plan(made.files)
        #expect(plan.isInSync && plan.decisions.count == 3, "\(PlanText.render(plan))")
        let again = try cluster.adopt(over: made.files)
        #expect(again.files.isEmpty && again.findings.isEmpty, "\(again)")
    }

    @Test func whatGitHasIsLeftAlone() throws {
        var cluster = cluster()
        var first = try cluster.adopt().files
        // A person has changed a wish since, and removed another.
        first.removeAll { $0.path == "domains/batch1.xml" || $0.path == "domains/batch1.yaml" }
        let wish = Adoption.File(path: "domains/web1.yaml", bytes: Array("# mine\nrun: manual\n".utf8))
        first = first.map { $0.path == wish.path ? wish : $0 }
        cluster.put("new", 4, on: "gamma")
        let made = try cluster.adopt(over: first)
        #expect(
            made.files.map(\.path) == [
                "domains/batch1.xml", "domains/batch1.yaml", "domains/new.xml", "domains/new.yaml",
            ])
        #expect(!made.isNewCluster && made.nodes.isEmpty)
    }

    @Test func aNodeMoreIsOneFileMoreAndAllAreLookedAt() throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("web1", 1, on: "alpha")
        let first = try cluster.adopt(named: [NodeSpec(name: "alpha")]).files
        // The same domain on the new node, too: it is in git already, and the new node is no less welcome.
        cluster.put("web2", 2, on: "beta")
        var beta = NodeSpec(name: "beta")
        beta.ssh = try #require(SSHDestination.parse("root@10.0.0.2:2222"))
        let made = try cluster.adopt(named: [beta], over: first)
        #expect(made.files.map(\.path) == ["domains/web2.xml", "domains/web2.yaml", "nodes/beta.yaml"])
        #expect(made.text("nodes/beta.yaml") == "ssh: root@10.0.0.2:2222\n")
    }

    @Test func networksAreThoseOfAllNodesAndBridgesThatDomainsUse() throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.networks = ["alpha": ["dmz", "store"], "beta": ["store", "bad name"]]
        cluster.bridges = ["alpha": ["br0", "virbr0"], "beta": ["br0", "virbr0"]]
        cluster.put("web1", 1, on: "alpha", extra: "<interface type='bridge'><source bridge='br0'/></interface>")
        let made = try cluster.adopt()
        #expect(made.text("cluster.yaml") == "name: shop\nnetworks:\n- br0\n- lan\n- store\n")
        #expect(made.text("domains/web1.yaml") == "run: keepalive\n")
    }

    @Test func sharedFoldersAreWrittenDownAndFreeTheirDomains() throws {
        var cluster = RunningCluster("alpha", "beta")
        let disk = "<disk type='file' device='disk'><source file='/media/shared/web1.img'/><target dev='vda'/></disk>"
        cluster.put("web1", 1, on: "alpha", devices: disk)
        let bound = try cluster.adopt()
        #expect(bound.text("domains/web1.yaml") == "run: keepalive\nnodes:\n- alpha\n")
        #expect(bound.codes == ["local-disk: web1"])
        #expect(bound.findings.first?.hint?.contains("--shared-path /media/shared") == true)
        let free = try cluster.adopt(shared: ["/media/shared"])
        #expect(free.text("domains/web1.yaml") == "run: keepalive\n")
        #expect(free.text("cluster.yaml") == "name: shop\nnetworks:\n- lan\nsharedPaths:\n- /media/shared\n")
        #expect(free.findings.isEmpty)
        #expect(throws: AdoptionRefusal.self) { try cluster.adopt(over: bound.files, shared: ["/media/shared"]) }
    }

    @Test(arguments: [
        ("<disk type='block' device='disk'><source dev='/dev/vg0/web1'/><target dev='vda'/></disk>", "local-disk"),
        ("<disk type='volume' device='disk'><source pool='p' volume='v'/><target dev='vda'/></disk>", "local-disk"),
        (
            "<disk type='vhostuser' device='disk'><source type='unix' path='/x'/><target dev='vda'/></disk>",
            "local-disk"
        ),
        (
            "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='3' slot='0' function='0'/></source>"
                + "</hostdev>", "host-device"
        ),
    ])
    func whatMayBeTheNodesOwnBindsItsDomain(devices: String, code: String) throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("web1", 1, on: "beta", devices: devices)
        let made = try cluster.adopt()
        #expect(made.codes == ["\(code): web1"])
        let migrate = code == "host-device" ? "migrate: never\n" : ""
        #expect(made.text("domains/web1.yaml") == "run: keepalive\nnodes:\n- beta\n" + migrate)
        #expect(try cluster.plan(made.files).isInSync)
    }

    @Test func aDomainMayRunWhereItsNetworksAndDevicesAre() throws {
        var cluster = RunningCluster("alpha", "beta", "gamma")
        cluster.withoutLAN = ["gamma"]
        let link = "/dev/disk/by-id/wwn-0x5000000000000001"
        cluster.links = ["alpha": [link: "sda"], "beta": ["/dev/disk/by-id/wwn-0x5000000000000009": "sda"]]
        cluster.put("web1", 1, on: "alpha")
        let made = try cluster.adopt()
        #expect(made.text("domains/web1.yaml") == "run: keepalive\nnodes:\n- alpha\n")
        let finding = try #require(made.findings.first)
        #expect(finding.code == "fewer-nodes")
        #expect(finding.message.contains("beta, which lacks '\(link)'; nor on gamma, which lacks an active network"))
        #expect(made.text("cluster.yaml") == "name: shop\n")
    }

    @Test func theStoredDefinitionGoesBeforeWhatRunsAndThatIsTold() throws {
        var cluster = RunningCluster("alpha")
        cluster.put("web1", 1, on: "alpha", isPersistent: true)
        cluster.change(on: "alpha") { domain in
            var domain = domain
            let live = RunningCluster.xml("web1", 1, extra: "<rng model='virtio'><backend model='random'/></rng>")
            domain.documents = ObservedDocuments(live: live, persistent: RunningCluster.xml("web1", 1))
            return domain
        }
        let made = try cluster.adopt()
        #expect(made.codes == ["changed-definition: web1"])
        #expect(made.text("domains/web1.xml")?.contains("<rng") == false)
    }

    @Test func aStrayDefinitionElsewhereIsTold() throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("web1", 1, on: "alpha")
        cluster.put("web1", 1, on: "beta", "shut off", "migrated", devices: "")
        let made = try cluster.adopt()
        #expect(made.text("domains/web1.yaml") == "run: keepalive\n")
        #expect(made.text("domains/web1.xml")?.contains("<disk") == true)
        #expect(made.alerts.contains { $0.code == "stray-definition" && $0.subject == "web1" }, "\(made.alerts)")
        #expect(AdoptionText.render(made).contains("web1 is still defined on beta while it runs on alpha"))
    }

    @Test func equalDefinitionsOnSeveralNodesAreOne() throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("web1", 1, on: "alpha", "shut off", "shutdown")
        cluster.put("web1", 1, on: "beta", "shut off", "shutdown")
        let made = try cluster.adopt()
        #expect(made.text("domains/web1.yaml") == "run: manual\n")
        #expect(made.domains.map(\.place) == ["off, defined on alpha, beta"])
    }

    @Test func aNamedNodeThatIsSilentIsNotGuessedAt() throws {
        var cluster = cluster()
        cluster.silent = ["beta": Silence(.unreachable, "connection refused")]
        let refusal = try #require(throws: AdoptionRefusal.self) { try cluster.adopt() }
        #expect(refusal.description.contains("beta is silent, unreachable: connection refused"), "\(refusal)")
        // Without its name it is no node of the cluster that is written down.
        let made = try cluster.adopt(named: ["alpha", "gamma"].map { NodeSpec(name: $0) })
        #expect(made.nodes.map(\.name) == ["alpha", "gamma"])
    }

    @Test func aNodeOfGitThatIsSilentAndNotNamedIsTold() throws {
        var cluster = cluster()
        let first = try cluster.adopt().files
        cluster.silent = ["beta": Silence(.unreachable, "connection refused")]
        cluster.put("new", 4, on: "gamma")
        let made = try cluster.adopt(named: [NodeSpec(name: "gamma")], over: first)
        #expect(made.files.map(\.path) == ["domains/new.xml", "domains/new.yaml"])
        #expect(made.codes == ["silent: beta"])
    }

    @Test func oneHostUnderTwoNamesIsNoAnswer() throws {
        var cluster = cluster()
        cluster.hosts = ["alpha": .numbered(9_001)]
        let refusal = try #require(throws: AdoptionRefusal.self) { try cluster.adopt() }
        #expect(refusal.description.contains("another host answers"), "\(refusal)")
    }

    @Test func withoutAnyDomainThereIsNothingToCommit() throws {
        let refusal = try #require(throws: AdoptionRefusal.self) { try RunningCluster("alpha").adopt() }
        #expect(refusal.description.contains("no domain can be adopted"))
    }

    @Test func secretsAreLeftOutAndToldWithoutBeingTold() throws {
        var cluster = RunningCluster("alpha")
        let vnc = "<graphics type='vnc' port='-1' autoport='yes' passwd='canary'/>"
        cluster.put("web1", 1, on: "alpha", extra: vnc)
        let made = try cluster.adopt()
        #expect(made.codes == ["secret-left-out: web1"])
        let shown = AdoptionText.render(made) + made.files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        #expect(shown.contains("the password of a display") && !shown.contains("canary"))
        #expect(made.text("domains/web1.xml")?.contains("<graphics type='vnc' port='-1' autoport='yes'/>") == true)
    }

    @Test func whatLibvirtHasGeneratedStaysOut() throws {
        var cluster = RunningCluster("alpha")
        cluster.put(
            "web1", 1, on: "alpha", extra: "<memballoon model='virtio'><alias name='balloon0'/></memballoon>")
        let text = try #require(try cluster.adopt().text("domains/web1.xml"))
        #expect(text.contains("<memballoon model='virtio'/>"), "\(text)")
    }
}
