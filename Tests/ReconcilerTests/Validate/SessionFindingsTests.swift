import StateSpec
import Testing

@testable import Reconciler

@Suite("iSCSI sessions and LUNs")
struct SessionFindingsTests {
    /// What validate finds where every node has a session with `vol1`, but for what is changed.
    private func findings(
        of spec: ISCSISpec = Make.iscsi(["vol1"]), _ nodes: [NodeName: Seen<ObservedISCSI>],
        _ change: (inout ValidatedCluster) -> Void = { _ in }
    ) -> [Alert] {
        var cluster = ValidatedCluster()
        cluster.iscsi = [spec]
        for name in ValidatedCluster.names {
            let seen = nodes[name] ?? Make.sessions([Make.session("vol1", .loggedIn, [Make.device(1)])])
            cluster.change(name) { $0.iscsi = seen }
        }
        change(&cluster)
        return cluster.findings
    }

    /// An applied commit once named a target.
    private func remembering(_ name: String) -> (inout ValidatedCluster) -> Void {
        { $0.world.hosts["alpha"]?.memo = NodeMemo(targets: [Make.target(name)]) }
    }

    private static let mount = DeviceUser(.mount, "/srv")

    @Test func whatIsAsWishedIsNoFinding() {
        #expect(findings([:]) == [])
        #expect(
            findings(of: Make.iscsi(["vol1"], portals: [1, 2]) { $0.presentation = .placed }, [:]).map(\.code).count
                == 3)
    }

    @Test func oneMissingOneExtraAndOneStaleAreThree() {
        let seen = Make.sessions(
            [Make.session("host"), Make.session("old", number: 2)], records: [Make.record("host", startup: "automatic")]
        )
        let found = findings(["alpha": seen], remembering("old"))
        #expect(found.map(\.code) == ["session-extra", "session-stale", "session-missing"])
        #expect(found.allSatisfy { $0.node == "alpha" && $0.severity == .warning })
        #expect(found.map(\.subject) == ["host", "old", "vol1"].map { Make.target($0).text })
        #expect(
            found.map(\.message) == [
                "is logged in through 10.78.0.1:3260, and no applied commit ever named it: havirt never touches it",
                "is logged in, and git does not name it any more",
                "has no session with it: san is to be everywhere",
            ])
        #expect(
            found.map(\.hint) == [
                "name it in a file of iscsi/, or log out", "`havirt apply --yes` would log out on alpha",
                "`havirt apply --yes` would log in on alpha",
            ])
        let node = ["iscsiadm", "-m", "node", "-T", Make.target("host").text, "-p", "10.78.0.1:3260"]
        #expect(found.map(\.remedies) == [[Remedy(on: "alpha", .run(node + ["--logout"]))], [], []])
    }

    @Test func whatIsInUseIsNotLoggedOut() {
        func seen(_ name: String) -> Seen<ObservedISCSI> {
            Make.sessions([
                Make.session("vol1", .loggedIn, [Make.device(1)]),
                Make.session(name, number: 2, .loggedIn, [Make.device(7, name: "sdb", users: [Self.mount])]),
            ])
        }
        let extra = findings(["alpha": seen("host")])
        #expect(extra.map(\.code) == ["session-extra"] && extra[0].remedies == [])
        #expect(extra[0].message.hasSuffix("; it is used by the mount /srv"))
        let stale = findings(["alpha": seen("old")], remembering("old"))
        #expect(stale.map(\.code) == ["session-stale"])
        #expect(stale[0].message.hasSuffix("any more; it is used by the mount /srv"))
        #expect(stale[0].hint == "havirt logs out once nothing uses it, or name the target in iscsi/ again")
    }

    @Test func onePathOfTwoIsNamed() {
        let spec = Make.iscsi(["vol1"], portals: [1, 2])
        let both = Make.sessions([Make.session("vol1"), Make.session("vol1", number: 2, portal: 2)])
        let lost = Make.sessions([Make.session("vol1"), Make.session("vol1", number: 2, portal: 2, .failed)])
        let one = findings(of: spec, ["alpha": Make.sessions([Make.session("vol1")]), "beta": both, "gamma": lost])
        #expect(one.map(\.code) == ["session-failed", "session-missing"])
        #expect(one.map(\.node) == ["gamma", "alpha"])
        #expect(one[0].message == "has lost it at 10.78.0.2:3260")
        #expect(one[1].message == "has no session with it through 10.78.0.2:3260: san is to be everywhere")
    }

    @Test func aSessionThatFailedTellsWhoWaits() {
        let user = DeviceUser(.process, "qemu-system-x86", pid: 77)
        let seen = Make.sessions([Make.session("vol1", .failed, [Make.device(1, users: [user])])])
        let found = findings(["alpha": seen])
        #expect(found.map(\.code) == ["session-failed"])
        #expect(
            found[0].message
                == "has lost it at 10.78.0.1:3260; the process qemu-system-x86 (pid 77) may wait for it")
        let changing = findings(["alpha": Make.sessions([Make.session("vol1", .changing, [Make.device(1)])])])
        #expect(changing.map(\.code) == ["session-failed"] && changing[0].severity == .notice)
    }

    @Test func aPortalThatGitDoesNotName() {
        let seen = Make.sessions([Make.session("vol1"), Make.session("vol1", number: 2, portal: 9)])
        let found = findings(["alpha": seen])
        #expect(found.map(\.code) == ["session-extra"])
        #expect(found[0].message.hasPrefix("has a session with it through 10.78.0.9:3260, which git does not name"))
        #expect(found[0].remedies.count == 1)
    }

    @Test func aTargetThatOnlyADomainNeeds() {
        let placed = Make.iscsi(["vol1"]) { $0.presentation = .placed }
        let web = Make.domain(1, "web", disk: Make.byPath("vol1"))
        let none = Make.sessions([])
        let found = findings(of: placed, ["alpha": none, "beta": none]) { cluster in
            cluster.domains[0] = web
            cluster.world.put(web, on: "alpha")
        }
        #expect(found.map(\.code) == ["session-missing", "session-stale"])
        #expect(found.map(\.node) == ["alpha", "gamma"])
        #expect(found[0].message == "has no session with it: web needs it here")
        #expect(found[1].message == "is logged in, and nothing there needs it")
    }

    @Test func aNodeThatIsNotToLogInNow() {
        let none = Make.sessions([])
        let resting = findings(["gamma": none]) { $0.nodes[2].maintenance = Pause() }
        #expect(resting.map(\.code) == ["session-missing"] && resting[0].severity == .notice)
        #expect(resting[0].hint == "havirt would log in once the maintenance is over, or for a domain that comes there")
        let bare = findings(["gamma": .known(ObservedISCSI(initiator: nil))])
        #expect(bare.map(\.code) == ["session-missing"])
        #expect(bare[0].hint?.hasPrefix("the node has no iscsiadm: install open-iscsi there") == true)
    }

    @Test func recordsOfOurTargetsThatLogInAtBoot() {
        let seen = Make.sessions(
            [Make.session("vol1", .loggedIn, [Make.device(1)])],
            records: [
                Make.record("vol1", startup: "automatic"), Make.record("vol1", portal: 2),
                Make.record("old", startup: "onboot"), Make.record("host", startup: "automatic"),
            ])
        let found = findings(["alpha": seen], remembering("old"))
        #expect(found.map(\.code) == ["startup-automatic", "startup-automatic"])
        #expect(found.map(\.subject) == [Make.target("old").text, Make.target("vol1").text])
        #expect(
            found[1].message
                == "would be logged in when that node boots (node.startup is automatic through 10.78.0.1:3260)")
        let update = ["-o", "update", "-n", "node.startup", "-v", "manual"]
        let node = ["iscsiadm", "-m", "node", "-T", Make.target("vol1").text, "-p", "10.78.0.1:3260"]
        #expect(found[1].remedies == [Remedy(on: "alpha", .run(node + update))])
    }

    @Test func whatCannotBeTold() {
        let found = findings(["beta": .unknown("iscsiadm exited with 20")])
        #expect(found.map(\.code) == ["iscsi-unknown"] && found[0].node == "beta" && found[0].severity == .warning)
        #expect(found[0].message == "its sessions cannot be told: iscsiadm exited with 20")
        var cluster = ValidatedCluster()
        cluster.iscsi = [Make.iscsi(["vol1"])]
        #expect(cluster.findings.map(\.code) == ["not-scanned"])
        cluster.iscsi = []
        #expect(cluster.findings == [])
        cluster.change("beta") { $0.iscsi = .unknown("no sysfs") }
        #expect(cluster.findings.map(\.severity) == [.notice])
    }

    // MARK: - LUNs

    private func one(_ devices: [ISCSIDevice]) -> Seen<ObservedISCSI> {
        Make.sessions([Make.session("vol1", .loggedIn, devices)])
    }

    @Test func aLUNThatIsGone() {
        let found = findings(["beta": one([Make.device(1, bytes: 0)])])
        #expect(found.map(\.code) == ["lun-gone"] && found[0].node == "beta")
        #expect(found[0].subject == "LUN 1 of \(Make.target("vol1"))")
        #expect(found[0].hint == "`havirt apply --yes` would remove the disk of LUN 1 on beta")
        let used = findings(["beta": one([Make.device(1, bytes: 0, users: [Self.mount])])])
        #expect(used.map(\.code) == ["lun-gone"])
        #expect(used[0].message.hasSuffix("still has /dev/sda, used by the mount /srv"))
    }

    @Test func aLUNThatIsNotTheSame() {
        let wwids = findings(["beta": one([Make.device(1, wwid: 2)])])
        #expect(wwids.map(\.code) == ["lun-differs"] && wwids[0].severity == .error && wwids[0].node == nil)
        #expect(
            wwids[0].message
                == "is not the same storage everywhere: \(Make.wwid(1)) on alpha and gamma, \(Make.wwid(2)) on beta")
        let sizes = findings(["beta": one([Make.device(1, bytes: 2 << 30)])])
        #expect(sizes.map(\.code) == ["lun-differs"] && sizes[0].severity == .warning)
        #expect(sizes[0].message == "has not one size: 1 GiB on alpha and gamma, 2 GiB on beta")
    }

    @Test func aLUNThatIsNotWhatGitPins() {
        let spec = Make.iscsi(["vol1"]) { $0.targets[0].luns = [ISCSILUN(lun: 1, wwid: Make.wwid(1).text)] }
        #expect(findings(of: spec, [:]) == [])
        let found = findings(of: spec, ["beta": one([Make.device(1, wwid: 2)])])
        #expect(found.map(\.code) == ["lun-differs"] && found[0].severity == .error && found[0].node == "beta")
        #expect(found[0].message.hasSuffix("\(Make.wwid(2)) on beta, and should be \(Make.wwid(1))"))
    }

    @Test func twoPathsThatShowTwoLUNs() {
        let spec = Make.iscsi(["vol1"], portals: [1, 2])
        func paths(_ second: ISCSIDevice) -> Seen<ObservedISCSI> {
            Make.sessions([
                Make.session("vol1", .loggedIn, [Make.device(1)]),
                Make.session("vol1", number: 2, portal: 2, .loggedIn, [second]),
            ])
        }
        let good = paths(Make.device(1, name: "sdb"))
        #expect(findings(of: spec, ["alpha": good, "beta": good, "gamma": good]) == [])
        let other = Make.sessions([])
        let found = findings(
            of: spec, ["alpha": paths(Make.device(1, name: "sdb", wwid: 2)), "beta": other, "gamma": other])
        #expect(found.filter { $0.code == "lun-differs" }.map(\.node) == ["alpha"])
        #expect(
            found.first { $0.code == "lun-differs" }?.message
                == "is not the same storage by each path: \(Make.wwid(1)) at 10.78.0.1:3260, \(Make.wwid(2)) at 10.78.0.2:3260"
        )
    }

    @Test func twoWritersOfOneLUNByOtherNamesAreFoundBySessions() {
        let web = Make.domain(1, "web", disk: Make.byPath("vol1"))
        let db = Make.domain(2, "db", disk: "/dev/disk/by-id/wwn-0x\(Make.wwid(1).text.dropFirst(4))")
        let found = findings([:]) { cluster in
            cluster.domains = [web, db]
            cluster.world.put(web, on: "alpha")
            cluster.world.put(db, on: "beta")
        }
        #expect(found.map(\.code) == ["disk-clash"])
    }
}
