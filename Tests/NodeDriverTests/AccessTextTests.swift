import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("what a node says of ssh")
struct AccessTextTests {
    private static let blob = "AAAAC3NzaC1lZDI1NTE5AAAAICviWUzp1YnILSVhIjeI1imqJjucKnXDO0HbrRw4jZF"

    private func access(_ frames: [(String, String)]) throws -> ObservedAccess {
        let token = try #require(ScanToken("0123456789abcdef0123456789abcdef"))
        let given = Set(frames.map(\.0))
        let defaults = ["ssh-daemon", "ssh-authorized-1", "ssh-host", "ssh-config", "ssh-peers", "ssh-own"]
        let all = [("begin", "")] + frames + defaults.filter { !given.contains($0) }.map { ($0, "") } + [("end", "")]
        let bytes = all.flatMap { Array("\(token.text):\($0.0)/\($0.1)".utf8) }
        return try #require(try AccessText.parse(try Frames(bytes, token: token)))
    }

    @Test(arguments: [
        ("ssh-ed25519 BLOB root@a b c", "root@a b c", []), ("ssh-ed25519\tBLOB", "", []),
        ("  ssh-ed25519  BLOB\tx\r", "x", []),
        ("no-pty,from=\"10.0.0.1,10.0.0.2\" ssh-ed25519 BLOB", "", ["no-pty", "from"]),
        ("command=\"echo \\\"ssh-rsa AAAA\\\" x\" ssh-ed25519 BLOB", "", ["command"]),
        ("CERT-Authority ssh-ed25519 BLOB", "", ["cert-authority"]), ("hunter2 ssh-ed25519 BLOB", "", ["unknown"]),
        ("environment=\"TOKEN=hunter2\" ssh-ed25519 BLOB k", "k", ["environment"]),
    ])
    func linesOfAuthorizedKeys(line: String, comment: String, options: [String]) throws {
        let seen = try access([("ssh-authorized-1", line.replacing("BLOB", with: Self.blob))])
        let keys = try #require(seen.authorized.value)
        #expect(keys.map(\.key.identity.blob) == [Self.blob] && keys[0].key.comment == comment)
        #expect(keys[0].options == options)
    }

    @Test(arguments: [
        "", "\n\n", "# ssh-ed25519 BLOB", "ssh-ed25519", "ssh-ed25519 not;base64;at;all;here",
        "command=\"x ssh-ed25519 BLOB",
        "from=\"a\"ssh-ed25519BLOB", "ssh-ed25519-cert-v01@openssh.com BLOB", "-----BEGIN OPENSSH PRIVATE KEY-----",
        ",,,,,,,, BLOB", "ssh-ed25519 'BLOB'",
    ])
    func whatSshdPassesOver(line: String) throws {
        let seen = try access([("ssh-authorized-1", line.replacing("BLOB", with: Self.blob) + "\n")])
        #expect(seen.authorized == .known([]))
    }

    @Test func manyOptionsTakeNoTime() throws {
        let line = String(repeating: "a,", count: 100_000) + " ssh-ed25519 \(Self.blob)"
        #expect(try access([("ssh-authorized-1", line)]).authorized == .known([]))
    }

    @Test func filesThatAreTooLargeOrNoTextAreNotKnown() throws {
        let large = String(repeating: "# x\n", count: (256 << 10) / 4 + 1)
        for text in [large, "ssh-ed25519 \(Self.blob)\0"] {
            let seen = try access([("ssh-authorized-1", text), ("ssh-config", text)])
            #expect(seen.authorized.value == nil && seen.config.value == nil)
        }
        // One of two files is enough not to know.
        let seen = try access([("ssh-authorized-1", "ssh-ed25519 \(Self.blob)"), ("ssh-authorized-2", "\0")])
        #expect(seen.authorized.value == nil)
    }

    @Test func otherWaysIn() throws {
        for (daemon, trusts) in [
            ("trustedusercakeys none\nauthorizedkeyscommand none\n", false), ("", false),
            ("trustedusercakeys /etc/ssh/ca.pub\n", true), ("authorizedkeyscommand /usr/bin/x\n", true),
        ] {
            #expect(try access([("ssh-daemon", daemon)]).trustsOthers == trusts)
        }
    }

    @Test func peers() throws {
        let text = """
            peer alpha
            lookup alpha
            # Host alpha found: line 1
            alpha ssh-ed25519 \(Self.blob)
            peer 10.0.0.2
            lookup [10.0.0.2]:2222
            # Host [10.0.0.2]:2222 found: line 1 CA
            @cert-authority *.x ssh-ed25519 \(Self.blob)
            # Host x found: line 3 REVOKED
            @revoked |1|abc=|def= ssh-ed25519 \(Self.blob)
            peer gamma
            peer delta
            lookup -oProxyCommand=id
            peer epsilon
            lookup a b; id

            """
        let peers = try access([("ssh-peers", text)]).peers
        #expect(peers.map(\.host) == ["alpha", "10.0.0.2", "gamma", "delta", "epsilon"])
        #expect(peers.map(\.lookup) == ["alpha", "[10.0.0.2]:2222", nil, nil, nil])
        #expect(peers[0].keys.map(\.identity.blob) == [Self.blob] && !peers[0].hasAuthority)
        #expect(peers[1].keys.isEmpty && peers[1].hasAuthority && peers[1].revoked.count == 1)
    }

    // MARK: - The config

    private func config(_ text: String) throws -> [SSHConfigLine] {
        try #require(try access([("ssh-config", text)]).config.value)
    }

    @Test func whatMeansTheSameIsTheSame() throws {
        let left = try config("# c\nHost  a b\n\tUser root\n\n  IdentityFile = \"~/x  y\"\n")
        let right = try config("host a b\r\nUSER=root\nidentityfile \"~/x  y\"   \n#end")
        #expect(left == right && left.count == 3)
        #expect(left.map(\.description) == ["host a b", "user root", "identityfile \"~/x  y\""])
        #expect(try config("Host b a") != config("Host a b"))
        #expect(try config("User Root") != config("User root"))
    }

    @Test func secretsAreComparedAndNeverKept() throws {
        let canary = "CANARY-hunter2"
        let text = """
            ProxyCommand sshpass -p \(canary) nc %h
            SetEnv TOKEN=\(canary)
            LocalCommand echo \(canary)
            Match exec "curl -H \(canary) x"
            \(canary)
            \(canary)= yes
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjE\(canary)
            """
        let lines = try config(text)
        #expect(lines.count == 8 && lines.allSatisfy { if case .hidden = $0.value { true } else { false } })
        #expect(!"\(lines)".contains("CANARY") && !"\(lines)".contains("b3BlbnNza"))
        #expect(try config(text) == lines)
        #expect(try config(text.replacing("hunter2", with: "hunter3")) != lines)
    }

    @Test func garbageIsNoCrash() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...400, using: &generator)).map { _ in
                [UInt8](" \"\\=,#\n\r\tssh-ed25519AAAA@peerlookup%[]:".utf8).randomElement(using: &generator) ?? 0
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let seen = try access([
                ("ssh-authorized-1", text), ("ssh-config", text), ("ssh-peers", text), ("ssh-own", text),
                ("ssh-host", text),
            ])
            #expect(seen.own.count <= 400)
        }
    }
}
