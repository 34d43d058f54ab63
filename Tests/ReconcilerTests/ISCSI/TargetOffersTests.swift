import StateSpec
import Testing

@testable import Reconciler

@Suite("what portals offer")
struct TargetOffersTests {
    private func answer(_ node: NodeName, _ portal: Int, _ targets: [String]?) -> PortalAnswer {
        let discovery: ISCSIDiscovery =
            targets.map { names in
                .offered(names.map { ISCSIDiscovery.Offer(target: Make.target($0), portal: Make.portal(9)) })
            } ?? .failed("the portal did not answer in time")
        return PortalAnswer(node: node, portal: Make.portal(portal), discovery: discovery)
    }

    private func desired(_ specs: ISCSISpec...) -> DesiredState {
        DesiredState(
            cluster: Make.cluster(), nodes: [Make.node("alpha"), Make.node("beta")], domains: [], iscsi: specs)
    }

    @Test func newAndGoneOnesAreToldWithWhoSaidSo() {
        let git = desired(
            Make.iscsi(["vol1", "vol2"], portals: [1, 2]), Make.iscsi(["vol7"], name: "nas", portals: [3]))
        let offers = TargetOffers(
            git,
            [
                answer("beta", 1, ["vol1", "vol9"]), answer("alpha", 1, ["vol1", "vol2", "vol9"]),
                answer("alpha", 2, nil), answer("beta", 2, ["vol1", "vol2"]), answer("alpha", 3, []),
                answer("beta", 3, ["vol7", "vol2"]),
            ])
        #expect(offers.new.map(\.target) == [Make.target("vol9")])
        #expect(offers.new.map(\.file) == ["san"] && offers.new.map(\.nodes) == [["alpha", "beta"]])
        #expect(offers.new.map(\.portals) == [[Make.portal(1)]])
        // Git names vol2 for another file, so it is new nowhere; beta is not offered it at one portal of its file.
        #expect(offers.gone.map(\.target) == [Make.target("vol2"), Make.target("vol7")])
        #expect(offers.gone.map(\.nodes) == [["beta"], ["alpha"]])
        #expect(offers.gone.map(\.portals) == [[Make.portal(1)], [Make.portal(3)]])
        #expect(offers.unanswered.map(\.node) == ["alpha"] && offers.unanswered.map(\.portal) == [Make.portal(2)])
        #expect(offers.answered.map(\.targets) == [3, 2, 2])
        let lines = PortalText.render(offers).split(separator: "\n").map(String.init)
        #expect(lines.contains("  10.78.0.2:3260  DOES NOT ANSWER   alpha: the portal did not answer in time"))
        #expect(lines.contains("Targets of git that are not offered any more"))
    }

    @Test func aPortalThatDoesNotAnswerTakesNothingAway() {
        let offers = TargetOffers(desired(Make.iscsi(["vol1"])), [answer("alpha", 1, nil)])
        #expect(offers.new.isEmpty && offers.gone.isEmpty && offers.answered.isEmpty)
        #expect(offers.unanswered.count == 1)
    }

    // MARK: - LUNs

    private func observed(_ nodes: [NodeName: Seen<ObservedISCSI>]) -> ObservedCluster {
        var cluster = ValidatedCluster()
        for (name, seen) in nodes { cluster.change(name) { $0.iscsi = seen } }
        return cluster.request.observed
    }

    private func one(_ devices: [ISCSIDevice]) -> Seen<ObservedISCSI> {
        Make.sessions([Make.session("vol1", .loggedIn, devices)])
    }

    @Test func twoNewOneGrownAndOneDeletedAreJustThat() {
        let before = observed(["alpha": one([Make.device(1), Make.device(2), Make.device(3)])])
        let after = observed([
            "alpha": one([
                Make.device(1), Make.device(2, bytes: 2 << 30), Make.device(3, wwid: 9, bytes: 0), Make.device(4),
                Make.device(5),
            ])
        ])
        let found = LUNChanges(from: before, to: after, on: ["alpha"])
        #expect(found.changes.map(\.lun) == [2, 3, 4, 5] && found.unknown.isEmpty)
        #expect(found.changes.map(\.kind) == [.resized, .gone, .new, .new])
        let target = Make.target("vol1")
        #expect(
            PortalText.render(found) == """
                LUNs
                  alpha  \(target)  LUN 2  grown, 1 GiB -> 2 GiB
                  alpha  \(target)  LUN 3  gone, was 1 GiB, \(Make.wwid(3))
                  alpha  \(target)  LUN 4  new, 1 GiB, \(Make.wwid(4))
                  alpha  \(target)  LUN 5  new, 1 GiB, \(Make.wwid(5))

                """)
    }

    @Test func otherStorageBehindALUNIsLoud() {
        let before = observed(["alpha": one([Make.device(1)])])
        let after = observed(["alpha": one([Make.device(1, wwid: 2)])])
        let found = LUNChanges(from: before, to: after, on: ["alpha"])
        #expect(found.changes.map(\.kind) == [.replaced])
        #expect(PortalText.render(found).contains("LUN 1  OTHER STORAGE, was 1 GiB, \(Make.wwid(1)), is 1 GiB"))
    }

    @Test func whatCannotBeToldIsNoChange() {
        let before = observed(["alpha": one([Make.device(1)]), "beta": one([])])
        let after = observed(["alpha": .unknown("iscsiadm exited with 20"), "beta": one([])])
        let found = LUNChanges(from: before, to: after, on: ["alpha", "beta"])
        #expect(found.changes.isEmpty && found.unknown.map(\.node) == ["alpha"])
        #expect(PortalText.render(found).contains("as they were, as far as it is known"))
        let same = LUNChanges(from: before, to: before, on: ["alpha", "beta"])
        #expect(PortalText.render(same) == "LUNs\n  as they were\n")
    }

    // MARK: - What git is to get

    @Test func newTargetsAndWWIDsThatAllAgreeOnAreAdopted() {
        let git = desired(
            Make.iscsi(["vol1", "vol2"]) {
                $0.targets[0].luns = [
                    ISCSILUN(lun: 1, wwid: Make.wwid(1).text), ISCSILUN(lun: 2, wwid: Make.wwid(8).text),
                ]
            }, Make.iscsi([], name: "nas", portals: [3]))
        let offers = TargetOffers(
            git,
            [answer("alpha", 1, ["vol1", "vol2"]), answer("alpha", 3, ["vol9"]), answer("beta", 1, ["vol1", "vol2"])])
        let seen = observed([
            "alpha": Make.sessions([
                Make.session("vol1", .loggedIn, [1, 2, 3, 4].map { Make.device($0) }),
                Make.session("vol2", number: 2, .loggedIn, [Make.device(0, wwid: 7), Make.device(1, bytes: 0)]),
            ]),
            "beta": Make.sessions([Make.session("vol1", .loggedIn, [Make.device(3), Make.device(4, wwid: 5)])]),
        ])
        let adoption = TargetAdoption(git, offers, seen)
        #expect(adoption.changes.map(\.file) == ["nas", "san"])
        #expect(adoption.changes.map(\.words) == ["1 target", "2 LUNs pinned"])
        #expect(adoption.changes[0].additions == [ISCSITarget(Make.target("vol9"))])
        #expect(
            adoption.changes[1].additions == [
                ISCSITarget(Make.target("vol1"), luns: [ISCSILUN(lun: 3, wwid: Make.wwid(3).text)]),
                ISCSITarget(Make.target("vol2"), luns: [ISCSILUN(lun: 0, wwid: Make.wwid(7).text)]),
            ])
        #expect(
            adoption.leftOut.map { "\($0.lun) \($0.why)" } == [
                "2 git pins it to \(Make.wwid(8)), and it is \(Make.wwid(2))",
                "4 it is \(Make.wwid(4)) on alpha, and \(Make.wwid(5)) on beta",
            ])
    }

    // MARK: - Asking

    @Test func everyNodeAsksEveryPortal() async {
        let cluster = FakeCluster(World(["alpha", "beta"]), desired())
        let portals = [Make.portal(2), Make.portal(1)]
        let answers = await PortalSurvey(hypervisor: cluster, nodesMax: 1)
            .ask(portals, from: [Make.node("beta"), Make.node("alpha")])
        #expect(answers.map(\.node) == ["alpha", "alpha", "beta", "beta"])
        #expect(answers.map(\.portal) == [1, 2, 1, 2].map { Make.portal($0) })
    }
}
