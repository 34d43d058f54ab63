import StateSpec
import Testing

@testable import Reconciler

@Suite("keys that nodes are to bind to the gate")
struct GateKeyFindingsTests {
    private typealias Cluster = ValidatedCluster

    private static let scan = GatedKey(setting: "scanKey", key: .known(Cluster.key("zeta")))

    /// Nodes that know each other's keys, and on beta lines with the options for the key that scans.
    private func findings(_ lines: [[String]], _ keys: [GatedKey] = [scan]) -> [Alert] {
        var cluster = Cluster()
        cluster.change("beta") {
            let own = Cluster.names.map { AuthorizedKey(Cluster.key($0)) }
            let gated = lines.map { AuthorizedKey(Cluster.key("zeta"), options: $0) }
            $0.access = Cluster.access(of: "beta", authorized: .known(gated + own))
        }
        let request = cluster.request
        return Validation(request, Plan.make(request), gatedKeys: keys).findings.filter {
            !["unprotected", "n-plus-one"].contains($0.code)
        }
    }

    @Test func aLineThatRunsOneCommandIsTheGate() {
        #expect(findings([["restrict", "command"]]) == [])
    }

    @Test(arguments: [[], ["restrict"], ["from", "no-pty"]] as [[String]])
    func aLineWithoutACommandLetsTheKeyDoAnything(_ options: [String]) {
        let found = findings([options])
        #expect(found.map(\.code) == ["key-ungated"] && found.map(\.node) == ["beta"])
        #expect(found.map(\.severity) == [.warning])
        #expect(found[0].message.contains("havirt's scanKey") && found[0].hint?.contains("havirt node gate") == true)
    }

    @Test(arguments: [[["restrict", "command"], []], [[], ["restrict", "command"]]] as [[[String]]])
    func theGateDoesNotExcuseAPlainLineBesideIt(_ lines: [[String]]) {
        let found = findings(lines)
        #expect(found.map(\.code) == ["key-ungated"])
        #expect(found[0].message.contains("beside that of the gate"))
    }

    @Test func aKeyThatSignsCertificatesIsNoLogin() {
        #expect(findings([["cert-authority"]]) == [])
    }

    @Test func withoutKeysOfItsOwnNothingIsSaid() {
        #expect(findings([[]], []) == [])
    }

    @Test func aKeyWhosePublicHalfIsNotThereIsNotKnownToBeBound() {
        let found = findings([[]], [GatedKey(setting: "actKey", key: .unknown("no such file"))])
        #expect(found.map(\.code) == ["not-scanned"] && found[0].message.contains("no such file"))
    }

    @Test func gitCannotHideIt() {
        #expect(AlertCode.keyUngated.isFixed)
    }
}
