import StateSpec
import Testing

@testable import Reconciler

@Suite("the ssh config is the same everywhere")
struct SSHConfigFindingsTests {
    private typealias Cluster = ValidatedCluster

    private func findings(_ configs: [NodeName: [SSHConfigLine]]) -> [Alert] {
        var cluster = Cluster()
        for (name, lines) in configs {
            cluster.change(name) { $0.access = Cluster.access(of: name, config: .known(lines)) }
        }
        return cluster.findings
    }

    private func line(_ keyword: String, _ value: String) -> SSHConfigLine {
        SSHConfigLine(keyword: keyword, value: .shown(value))
    }

    @Test func theOddOneIsNamedWithWhatItHasMoreAndLess() {
        let lines = Array(Cluster.config.dropFirst()) + [line("compression", "yes")]
        let found = findings(["beta": lines])
        #expect(found.map(\.code) == ["ssh-config"] && found.map(\.node) == ["beta"])
        #expect(
            found[0].message
                == "is not that of alpha, gamma: it has 'compression yes', it lacks 'host alpha beta gamma'")
        #expect(
            found[0].remedies == [
                Remedy(
                    on: "beta", .replace("/root/.ssh/config"),
                    input: .output(of: "alpha", ["cat", "/root/.ssh/config"]))
            ])
    }

    @Test func orderCounts() {
        let found = findings(["beta": Cluster.config.reversed()])
        #expect(found.map(\.message) == ["is not that of alpha, gamma: it has the same lines in another order"])
    }

    @Test func hiddenValuesAreComparedAndNeverShown() {
        var lines = Cluster.config
        lines[2] = SSHConfigLine(keyword: "proxycommand", value: .hidden("beef"))
        let found = findings(["gamma": lines])
        #expect(found.map(\.node) == ["gamma"])
        #expect(found[0].message.contains("'proxycommand (not shown)'") && !found[0].message.contains("beef"))
    }

    @Test func aTieIsToldAndNobodyIsRight() {
        let found = findings(["beta": [], "gamma": [line("user", "x")]])
        #expect(found.map(\.node) == [nil] && found[0].remedies.isEmpty)
        #expect(found[0].message == "differs, and no version is on most nodes: alpha against beta against gamma")
    }

    @Test func whereMostHaveNoneTheOthersFileIsMovedAway() {
        let found = findings(["alpha": [], "beta": []])
        #expect(found.map(\.node) == ["gamma"])
        #expect(
            found[0].remedies == [
                Remedy(on: "gamma", .run(["mv", "/root/.ssh/config", "/root/.ssh/config.old"]))
            ])
    }

    @Test func aFileThatCannotBeReadIsNotCompared() {
        var cluster = Cluster()
        cluster.change("beta") { $0.access = Cluster.access(of: "beta", config: .unknown("it is too large")) }
        #expect(cluster.findings.map(\.code) == ["not-scanned"])
    }

    @Test func hostileLinesAreEscaped() {
        let found = findings([
            "beta": [line("host", "\u{1B}[2J\u{202E}evil\n"), line("user", String(repeating: "x", count: 9_000))]
        ])
        #expect(found.count == 1 && found[0].message.utf8.count < 1_000)
        #expect(!found[0].message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }
}
