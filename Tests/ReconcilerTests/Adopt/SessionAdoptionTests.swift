import StateSpec
import Testing

@testable import Reconciler

/// What sessions become in git.
@Suite struct SessionAdoptionTests {
    private static let disk =
        "<disk type='block' device='disk'><source dev='\(Make.byPath("web"))'/><target dev='vda' bus='virtio'/></disk>"

    private func cluster(_ sessions: [NodeName: Seen<ObservedISCSI>]) -> RunningCluster {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("web1", 1, on: "alpha", devices: Self.disk)
        cluster.put("db1", 2, on: "beta")
        cluster.iscsi = sessions
        return cluster
    }

    private static let web = Make.session("web", .loggedIn, [Make.device(1)])
    private static let all = Make.session("all", number: 2, .loggedIn, [Make.device(0, name: "sdb", wwid: 4)])
    private static let host = Make.session(
        "host", number: 3, portal: 8, .loggedIn,
        [Make.device(0, name: "sdc", wwid: 5, users: [DeviceUser(.mount, "/")])])

    @Test func sessionsBecomeFilesAndNothingFollows() throws {
        let cluster = cluster([
            "alpha": Make.sessions([Self.web, Self.all]), "beta": Make.sessions([Self.all]),
        ])
        let made = try cluster.adopt()
        #expect(
            made.files.map(\.path).filter { $0.hasPrefix("iscsi/") } == [
                "iscsi/10.78.0.1-placed.yaml", "iscsi/10.78.0.1.yaml",
            ])
        #expect(
            made.text("iscsi/10.78.0.1.yaml") == """
                portals:
                - "10.78.0.1:3260"
                targets:
                - iqn: \(Make.target("all"))
                  luns:
                  - lun: 0
                    wwid: \(Make.wwid(4))

                """)
        #expect(made.text("iscsi/10.78.0.1-placed.yaml")?.contains("presentation: placed\n") == true)
        // A login brings its disk wherever it is to run.
        #expect(made.text("domains/web1.yaml") == "run: keepalive\n")
        #expect(made.findings.isEmpty, "\(made.findings)")
        let plan = try cluster.plan(made.files)
        #expect(plan.isInSync && plan.steps.isEmpty, "\(PlanText.render(plan))")
        #expect(AdoptionText.counts(made) == "2 nodes, 2 iSCSI targets and 2 domains")
        let again = try cluster.adopt(over: made.files)
        #expect(again.files.isEmpty && again.findings.isEmpty, "\(again)")
    }

    @Test func theHostsOwnLUNIsLeftAlone() throws {
        let cluster = cluster(["alpha": Make.sessions([Self.web, Self.host]), "beta": Make.sessions([])])
        let made = try cluster.adopt()
        #expect(made.iscsi.flatMap(\.targets).map(\.name) == [Make.target("web")])
        #expect(made.findings.map(\.code) == ["session-stale"])
        #expect(made.findings.map(\.subject) == [Make.target("host").text])
    }

    @Test func sessionsThatCannotBeToldAreNotAdopted() throws {
        let cluster = cluster(["alpha": Make.sessions([Self.web]), "beta": .unknown("iscsiadm exited with 20")])
        let made = try cluster.adopt()
        #expect(made.iscsi.isEmpty && made.findings.map(\.code).contains("iscsi-unknown"))
    }
}
