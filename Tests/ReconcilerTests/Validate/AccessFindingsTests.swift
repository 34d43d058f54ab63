import StateSpec
import Testing

@testable import Reconciler

@Suite("ssh between nodes")
struct AccessFindingsTests {
    private typealias Cluster = ValidatedCluster

    private func authorized(_ names: [NodeName], _ options: [NodeName: [String]] = [:]) -> Seen<[AuthorizedKey]> {
        .known(names.map { AuthorizedKey(Cluster.key($0), options: options[$0] ?? []) })
    }

    @Test func aHealthyClusterHasNone() {
        #expect(Cluster().findings == [])
    }

    @Test func aKeyThatMissesIsNamedWithWhereAndHow() {
        var cluster = Cluster()
        cluster.change("alpha") { $0.access = Cluster.access(of: "alpha", authorized: .known([])) }
        let findings = cluster.findings
        #expect(findings.map(\.code) == ["key-missing"] && findings.map(\.node) == ["alpha"])
        #expect(findings[0].message.hasPrefix("lacks the key of beta (ssh-ed25519 …rootbeta0000 root@beta), gamma ("))
        let lines = (["beta", "gamma"] as [NodeName]).map { "ssh-ed25519 \(Cluster.key($0).identity.blob) root@\($0)" }
        #expect(
            findings[0].remedies == [
                Remedy(on: "alpha", .append(to: "/root/.ssh/authorized_keys"), input: .lines(lines))
            ])
    }

    @Test func oneOfANodesKeysIsEnough() {
        var cluster = Cluster()
        cluster.change("beta") {
            $0.access = Cluster.access(of: "beta", own: [Cluster.key("zeta"), Cluster.key("beta")])
        }
        #expect(cluster.findings == [])
    }

    @Test func aKeyBoundToConditionsIsNotEnough() {
        for (options, code) in [
            (["from"], "key-restricted"), (["command", "no-pty"], "key-restricted"),
            (["expiry-time"], "key-restricted"),
            (["unknown"], "key-restricted"), (["cert-authority"], "key-missing"), (["no-pty", "restrict"], nil),
        ] {
            var cluster = Cluster()
            let keys = authorized(Cluster.names, ["beta": options])
            cluster.change("alpha") { $0.access = Cluster.access(of: "alpha", authorized: keys) }
            #expect(cluster.findings.map(\.code) == (code.map { [$0] } ?? []), "\(options)")
        }
    }

    @Test func otherWaysInMakeItANotice() {
        var cluster = Cluster()
        cluster.change("alpha") { $0.access = Cluster.access(of: "alpha", authorized: .known([]), trustsOthers: true) }
        #expect(cluster.findings.map(\.severity) == [.notice])
        #expect(!cluster.validation.fails(on: .warning))
    }

    @Test func aFileThatCannotBeReadIsNotAnEmptyOne() {
        var cluster = Cluster()
        cluster.change("alpha") { $0.access = Cluster.access(of: "alpha", authorized: .unknown("it is too large")) }
        #expect(cluster.findings.map(\.code) == ["not-scanned"])
        #expect(cluster.findings[0].severity == .warning)
    }

    @Test func aNodeWithoutKeysIsNamedOnce() {
        var cluster = Cluster()
        cluster.change("beta") { $0.access = Cluster.access(of: "beta", own: []) }
        #expect(cluster.findings.map(\.code) == ["no-key"] && cluster.findings[0].node == "beta")
        #expect(cluster.findings[0].remedies.count == 1)
    }

    @Test func hostKeys() {
        func peers(_ beta: KnownPeer?) -> [KnownPeer] {
            let others = (["alpha", "gamma"] as [NodeName]).map {
                KnownPeer(host: $0.text, lookup: $0.text, keys: [Cluster.key($0, isHost: true)])
            }
            return others + (beta.map { [$0] } ?? [])
        }
        let right = Cluster.key("beta", isHost: true)
        let wrong = Cluster.key("zeta", isHost: true)
        for (peer, code) in [
            (KnownPeer(host: "beta", lookup: "10.0.0.2", keys: [right]), nil),
            (KnownPeer(host: "beta", lookup: "beta", keys: [wrong, right]), nil),
            (KnownPeer(host: "beta", lookup: "beta", hasAuthority: true), nil),
            (KnownPeer(host: "beta", lookup: "beta"), "host-key-unknown"),
            (KnownPeer(host: "beta", lookup: "beta", keys: [wrong]), "host-key-changed"),
            (KnownPeer(host: "beta", lookup: "beta", keys: [right], revoked: [right]), "host-key-changed"),
            (KnownPeer(host: "beta", lookup: nil), "not-scanned"), (nil, "not-scanned"),
        ] as [(KnownPeer?, String?)] {
            var cluster = Cluster()
            let list = peers(peer)
            cluster.change("alpha") { $0.access = Cluster.access(of: "alpha", peers: list) }
            #expect(cluster.findings.map(\.code) == (code.map { [$0] } ?? []), "\(String(describing: peer))")
            #expect(cluster.findings.allSatisfy { $0.node == "alpha" })
        }
    }

    @Test func aHostKeyThatIsNotToldIsNotKnownToBeKnown() {
        var cluster = Cluster()
        cluster.change("beta") { node in
            node.access = ObservedAccess(
                own: [Cluster.key("beta")], authorized: .known(Cluster.names.map { AuthorizedKey(Cluster.key($0)) }),
                host: [], peers: Cluster.access(of: "beta").peers, config: .known(Cluster.config))
        }
        let findings = cluster.findings.map { "\($0.code) \($0.node?.text ?? "")" }
        #expect(findings == ["not-scanned alpha", "not-scanned gamma"])
    }

    @Test func theFixOfAnUnknownHostKeyIsUnderTheNameThatSshLooksUp() {
        var cluster = Cluster()
        let peers = Cluster.names.map {
            KnownPeer(host: $0.text, lookup: "[\($0)]:2222", keys: $0 == "beta" ? [] : [Cluster.key($0, isHost: true)])
        }
        cluster.change("gamma") { $0.access = Cluster.access(of: "gamma", peers: peers) }
        let key = Cluster.key("beta", isHost: true).identity
        #expect(cluster.findings.map(\.message) == ["does not know the host key of beta (as [beta]:2222)"])
        #expect(
            cluster.findings.flatMap(\.remedies) == [
                Remedy(
                    on: "gamma", .append(to: "/root/.ssh/known_hosts"),
                    input: .lines(["[beta]:2222 \(key.type) \(key.blob)"]))
            ])
    }

    @Test func migrationHostIsTheNameAskedFor() {
        var cluster = Cluster()
        cluster.nodes[1].migrationHost = "10.0.0.2"
        // No node was asked for that name: it is not known whether they know it.
        #expect(cluster.findings.map(\.code) == ["not-scanned", "not-scanned"])
    }

    @Test func hostileCommentsAreEscapedAndPastedNowhere() throws {
        var cluster = Cluster()
        let evil = try #require(
            PublicKey(
                type: "ssh-ed25519", blob: "AAAAC3NzaC1lZDI1NTE5AAAAIevil", comment: "x'; rm -rf /\u{1B}[2J\n$(id)"))
        cluster.change("beta") { $0.access = Cluster.access(of: "beta", own: [evil]) }
        let findings = cluster.findings
        #expect(findings.map(\.node) == ["alpha", "gamma"])
        for finding in findings {
            #expect(!finding.message.unicodeScalars.contains { $0.value < 0x20 })
            #expect(finding.remedies.allSatisfy { !"\($0)".contains("rm -rf") })
        }
    }

    @Test(arguments: [
        ("ssh-ed25519", "AAAA'; id'AAAAAAAAAAAA"), ("ssh-rsa\n", "AAAAAAAAAAAAAAAAAAAA"),
        ("-oProxyCommand", "AAAAAAAAAAAAAAAAAAAA"),
        ("ssh-rsa", ""), ("ssh-rsa-cert-v01@openssh.com", "AAAAAAAAAAAAAAAAAAAA"),
        ("ssh-rsa", "AAAA AAAAAAAAAAAAAAAAAAAA"),
    ])
    func whatIsNoKeyIsNone(type: String, blob: String) {
        #expect(PublicKey(type: type, blob: blob) == nil)
    }
}
