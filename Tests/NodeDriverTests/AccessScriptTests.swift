import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("the scan script looks at ssh and networks, in real shells")
struct AccessScriptTests {
    static let shells = ["dash", "bash"]
    private static let network = "5ca10000-0000-4000-8000-0000000000aa"

    /// A node whose ssh knows `beta` under another name, and whose sshd names two files of keys.
    private func node(_ shell: String) throws -> LocalNode {
        let local = try LocalNode(shell: shell)
        try local.place("/root/.ssh/config", "# ours\nHost *\n\tUser root\n")
        try local.place("/sys/class/net/none/x", "")
        try local.shell(
            #"""
            cat >bin/sshd <<END
            #!/bin/sh
            echo 'port 22'
            echo 'authorizedkeysfile .ssh/authorized_keys $PWD/root/.ssh/more %h/.ssh/absent none'
            echo 'hostkey $PWD/etc/ssh/ssh_host_ed25519_key'
            echo 'trustedusercakeys none'
            END
            cat >bin/ssh <<END
            #!/bin/sh
            [ "\$1 \$2" = "-G --" ] || exit 1
            case \$3 in
            beta) echo 'hostname 10.0.0.2'; echo 'port 2222' ;;
            gamma) echo 'hostname gamma'; echo 'port 22'; echo 'hostkeyalias ours' ;;
            *) exit 255 ;;
            esac
            echo 'userknownhostsfile $PWD/root/.ssh/known_hosts $PWD/root/.ssh/absent'
            echo 'globalknownhostsfile /nowhere'
            echo 'identityfile $PWD/root/.ssh/id_one'
            echo 'identityfile $PWD/root/.ssh/id_two'
            echo 'identityfile $PWD/root/.ssh/id_locked'
            END
            chmod 755 bin/ssh bin/sshd
            cd root/.ssh
            ssh-keygen -q -t ed25519 -N '' -C one -f id_one
            ssh-keygen -q -t ed25519 -N '' -C two -f id_two
            cp id_two.pub two.pub && rm id_two.pub
            ssh-keygen -q -t ed25519 -N secret -C locked -f id_locked && rm id_locked.pub
            printf '%s' "$(cat id_one.pub)" >authorized_keys
            cp two.pub more
            mkdir -p ../../etc/ssh
            ssh-keygen -q -t ed25519 -N '' -C host -f ../../etc/ssh/ssh_host_ed25519_key
            printf '[10.0.0.2]:2222 %s\nours %s\n' "$(cut -d' ' -f1,2 id_one.pub)" "$(cut -d' ' -f1,2 two.pub)" >known_hosts
            ssh-keygen -q -H -f known_hosts >/dev/null 2>&1 && rm -f known_hosts.old
            """#)
        try local.answer("net-list --all --name", "lan\n\n")
        try local.answer("net-list --all --uuid", "\(Self.network)\n\n")
        try local.answer(
            "net-dumpxml \(Self.network)",
            "<network>\n  <name>lan</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n</network>\n")
        return local
    }

    private func scan(_ local: LocalNode, _ depth: ScanDepth) async throws -> ObservedNode {
        let scan = await VirshHypervisor(transport: local).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(60), depth: depth,
            peers: ["beta", "gamma", "delta"])
        guard case .answered(let node) = scan else { throw TestFileError(path: "\(scan)") }
        return node
    }

    @Test("keys, host keys, the config and networks", arguments: shells)
    func sees(shell: String) async throws {
        let local = try node(shell)
        let seen = try await scan(local, .crosswise)
        let access = try #require(seen.access)
        #expect(access.own.count == 2, "one derived, and none of the locked key: \(access.own)")
        #expect(access.own.first?.comment == "one")
        #expect(access.authorized.value?.map(\.key.identity) == access.own.map(\.identity))
        #expect(access.host.map(\.comment) == ["host"])
        #expect(access.config.value?.map(\.description) == ["host *", "user root"])
        #expect(access.peers.map(\.host) == ["beta", "gamma", "delta"])
        #expect(access.peers.map(\.lookup) == ["[10.0.0.2]:2222", "ours", nil])
        // The names in the file are hashed.
        #expect(access.peers.map { $0.keys.map(\.identity) } == access.own.map { [$0.identity] } + [[]])
        #expect(!access.trustsOthers)
        #expect(seen.networks.map(\.shape) == [NetworkShape(forward: "bridge", bridge: "br0")])
        #expect(seen.uplinks == [:])
    }

    @Test("no private key and no passphrase leaves the node", arguments: shells)
    func keepsSecrets(shell: String) async throws {
        let local = try node(shell)
        let recorder = RecordedOutput(local)
        _ = await VirshHypervisor(transport: recorder).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(60),
            depth: .crosswise, peers: ["beta"])
        let output = String(decoding: await recorder.output, as: UTF8.self)
        #expect(output.contains("ssh-peers"))
        for name in ["id_one", "id_two", "id_locked"] {
            let key = String(decoding: try readFile("\(local.folder)/root/.ssh/\(name)"), as: UTF8.self)
            let lines = key.split(separator: "\n").filter { !$0.hasPrefix("-----") }
            #expect(lines.count > 3)
            for line in lines { #expect(!output.contains(line), "\(name)") }
        }
        #expect(!output.contains("PRIVATE KEY"))
    }

    @Test("a node without ssh's tools answers all the same")
    func withoutTools() async throws {
        let local = try LocalNode()
        try local.shell(
            "for name in ssh sshd ssh-keygen; do printf '#!/bin/sh\\nexit 127\\n' >bin/$name; chmod 755 bin/$name; done"
        )
        let access = try #require(try await scan(local, .crosswise).access)
        #expect(access.own.isEmpty && access.authorized == .known([]) && access.config == .known([]))
        #expect(access.peers.allSatisfy { $0.lookup == nil })
    }

    @Test("every network is described", arguments: shells)
    func networks(shell: String) async throws {
        let local = try node(shell)
        let other = "0b8fdd01-0000-4000-8000-000000000002"
        try local.answer("net-list --all --name", "lan\ndmz\n\n")
        try local.answer("net-list --all --uuid", "\(Self.network)\n\(other)\n\n")
        try local.answer(
            "net-dumpxml \(other)",
            "<network>\n  <name>dmz</name>\n  <forward mode='bridge'/>\n  <bridge name='br1'/>\n</network>\n")
        let seen = try await scan(local, .crosswise).networks
        #expect(seen.map(\.name) == ["dmz", "lan"] && seen.allSatisfy { $0.shape != nil }, "\(seen)")
    }

    @Test("rounds do not ask for any of it")
    func rounds() async throws {
        let local = try node("dash")
        for depth in [ScanDepth.round, .whole] {
            let seen = try await scan(local, depth)
            #expect(seen.access == nil && seen.uplinks == nil && seen.networks.map(\.shape) == [nil])
        }
        #expect(!local.calls.contains { $0.contains("net-dumpxml") })
    }

    @Test("what cannot be read is not empty")
    func unreadable() async throws {
        let local = try node("dash")
        try local.shell(
            "rm root/.ssh/authorized_keys root/.ssh/config; mkdir root/.ssh/authorized_keys root/.ssh/config")
        let access = try #require(try await scan(local, .crosswise).access)
        #expect(access.authorized.value == nil && access.config.value == nil)
    }

    @Test("a peer that is an option is refused", arguments: ["-oProxyCommand=id", "a b", "a;b", "$(id)"])
    func hostilePeer(peer: String) async throws {
        let scan = await VirshHypervisor(transport: try node("dash")).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(60),
            depth: .crosswise, peers: [peer])
        guard case .silent = scan else {
            Issue.record("\(scan)")
            return
        }
    }
}

/// A door that keeps all that came through it.
actor RecordedOutput: Transport {
    private let inner: LocalNode
    private(set) var output: [UInt8] = []

    init(_ inner: LocalNode) { self.inner = inner }

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let reply = try await inner.run(request, on: node)
        output += reply.output + reply.errorOutput
        return reply
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        try await inner.open(request, on: node)
    }
}
