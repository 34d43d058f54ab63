import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("what a portal offers")
struct DiscoveryTests {
    static let shells = ["dash", "bash"]

    /// A node whose iscsiadm prints this for the one call that is expected.
    private func node(shell: String = "dash", status: Int = 0, output: String, error: String = "") throws
        -> LocalNode
    {
        let local = try LocalNode(shell: shell)
        try writeFile("\(local.folder)/output", output.utf8)
        try writeFile("\(local.folder)/error", error.utf8)
        let script =
            "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\" >>\"$HAVIRT_FAKE/words\"; done\n"
            + "cat \"$HAVIRT_FAKE/output\"\ncat \"$HAVIRT_FAKE/error\" >&2\nexit \(status)\n"
        try writeFile("\(local.folder)/bin/iscsiadm", script.utf8, mode: 0o755)
        return local
    }

    private func discover(_ local: LocalNode, _ portal: String = "10.0.0.1") async throws -> ISCSIDiscovery {
        await VirshHypervisor(transport: local).discover(
            try #require(ISCSIPortal(portal)), on: NodeSpec(name: try NodeName("alpha")))
    }

    private func offer(_ target: String, _ portal: String) throws -> ISCSIDiscovery.Offer {
        ISCSIDiscovery.Offer(
            target: try #require(ISCSITargetName(target)), portal: try #require(ISCSIPortal(portal)))
    }

    @Test("targets and portals, each once, and no trace on the node", arguments: shells)
    func offers(shell: String) async throws {
        let local = try node(
            shell: shell,
            output:
                "10.0.0.1:3260,1 iqn.2024-01.lab:b\n[fd00:0078::1]:3260,1 iqn.2024-01.lab:b\n"
                + "10.0.0.1:3260,1 iqn.2024-01.lab:a\n10.0.0.1:3260,2 iqn.2024-01.lab:a\n")
        #expect(
            try await discover(local, "[fd00:78::1]:3261")
                == .offered([
                    offer("iqn.2024-01.lab:a", "10.0.0.1:3260"), offer("iqn.2024-01.lab:b", "10.0.0.1:3260"),
                    offer("iqn.2024-01.lab:b", "[fd00:78::1]:3260"),
                ]))
        let words = String(decoding: try readFile("\(local.folder)/words"), as: UTF8.self)
        #expect(words == "-m\ndiscovery\n-t\nst\n-p\n[fd00:78::1]:3261\n-o\nnonpersistent\n")
    }

    @Test("a portal that hides all offers nothing", arguments: shells)
    func hidden(shell: String) async throws {
        #expect(
            try await discover(node(shell: shell, status: 21, output: "", error: "iscsiadm: No portals found\n"))
                == .offered([]))
    }

    @Test(
        "one that cannot be asked says why",
        arguments: [(4, "cannot be reached"), (11, "in time"), (20, "iscsid does not run"), (124, "in time")])
    func fails(status: Int, words: String) async throws {
        let local = try node(
            status: status, output: "10.0.0.1:3260,1 iqn.2024-01.lab:a\n", error: "iscsiadm: one\u{1B}[2J\ntwo\n")
        guard case .failed(let why) = try await discover(local) else {
            Issue.record("it is offered")
            return
        }
        #expect(why.contains(words) && why.contains("status \(status)") && !why.contains("\u{1B}"), "\(why)")
    }

    @Test(
        "an offer that is not understood is none, and no empty list",
        arguments: [
            "10.0.0.1:3260,1", "10.0.0.1:3260 iqn.2024-01.lab:a", "x y z", "10.0.0.1:99999,1 iqn.2024-01.lab:a",
            "10.0.0.1:3260,1 iqn.2024-01.lab:a/../b", "10.0.0.1:3260,1 iqn.2024-01.lab:a$(id)",
            "-x,1 iqn.2024-01.lab:a",
            "\u{1B}]0;x\u{7},1 iqn.2024-01.lab:a",
        ])
    func garbage(line: String) async throws {
        let local = try node(output: "10.0.0.1:3260,1 iqn.2024-01.lab:good\n\(line)\n")
        guard case .failed(let why) = try await discover(local) else {
            Issue.record("it is offered")
            return
        }
        #expect(why.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(why)")
    }

    @Test("an endless list is cut off")
    func endless() async throws {
        let lines = (0...DiscoveryText.offersMax).map { "10.0.0.1:3260,1 iqn.2024-01.lab:\($0)\n" }.joined()
        guard case .failed = try await discover(node(output: lines)) else {
            Issue.record("it is offered")
            return
        }
    }

    @Test("only root is believed")
    func notRoot() async throws {
        let local = try node(status: 21, output: "")
        try writeFile("\(local.folder)/bin/id", "#!/bin/sh\necho 1000\n".utf8, mode: 0o755)
        #expect(try await discover(local) == .failed("log in as root there"))
    }
}
