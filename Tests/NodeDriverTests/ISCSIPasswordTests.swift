import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("passwords of iSCSI", .enabled(if: geteuid() == 0, "the files have to be root's"))
struct ISCSIPasswordTests {
    static let shells = ["dash", "bash"]
    private static let secret = "hunter2 \"$(id)\" '\\n` #%s"

    private func command(_ node: ISCSINode, _ path: String = "/secret") -> ISCSICommand {
        .setPassword(node.target, node.portal, .file(node.folder + path))
    }

    private func isKept(_ node: ISCSINode, _ path: String = ISCSINode.record) -> Bool {
        node.text(path)?.contains("node.session.auth.password = \(Self.secret)\n") == true
    }

    @Test("it is written into every form of the record, and nothing else is lost", arguments: shells)
    func written(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        try node.place("/secret", "\(Self.secret)\n", mode: 0o600)
        let nodes = "/etc/iscsi/nodes/\(ISCSINode.name)"
        let others = [
            "\(nodes)/10.0.0.1,3261", "\(nodes)/10.0.0.11,3260",
            "/etc/iscsi/nodes/iqn.2024-01.lab.store:vol2/10.0.0.1,3260",
        ]
        let same = ["\(nodes)/10.0.0.1,3260,1/default", "/var/lib/iscsi/nodes/\(ISCSINode.name)/10.0.0.1,3260"]
        for path in others + same { try node.place(path, "node.name = x\n", mode: 0o600) }
        try await node.perform(command(node))
        #expect(
            node.text(ISCSINode.record) == "node.name = \(ISCSINode.name)\nnode.session.auth.password_in = in\n"
                + "# END RECORD\nnode.session.auth.password = \(Self.secret)\n")
        for path in same { #expect(isKept(node, path), "\(path)") }
        for path in others { #expect(node.text(path) == "node.name = x\n", "\(path)") }
        var status = stat()
        #expect(stat(node.folder + ISCSINode.record, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // What iscsiadm would take for a record, or what would be left behind.
        try node.local.shell("[ -z \"$(find etc/iscsi -name '.havirt*')\" ]")
        // Again, and there is still one.
        try await node.perform(command(node))
        #expect(node.text(ISCSINode.record)?.ranges(of: "auth.password =").count == 1)
    }

    @Test("it is in no argument of any program, and in no output", arguments: shells)
    func hidden(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        try node.place("/secret", "\(Self.secret)\n", mode: 0o600)
        for name in ["grep", "mv", "sync", "head", "tr", "stat", "cat"] {
            let real = "exec /usr/bin/\(name) \"$@\""
            try writeFile(
                "\(node.folder)/bin/\(name)",
                "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$HAVIRT_FAKE/words\"\nenv >>\"$HAVIRT_FAKE/words\"\n\(real)\n"
                    .utf8,
                mode: 0o755)
        }
        let output = try await said(node, ["file", node.folder + "/secret"])
        #expect(isKept(node) && output.contains(":status/0\n"))
        #expect(node.text("/words")?.contains("hunter2") == false)
        #expect(!output.contains("hunter2"))
        // Nor where it cannot be written.
        try node.local.shell("printf '#!/bin/sh\\nexit 1\\n' >bin/mv")
        let failure = try await said(node, ["file", node.folder + "/secret"])
        #expect(failure.contains(":status/1\n") && !failure.contains("hunter2"))
        try node.local.shell("[ -z \"$(find etc/iscsi -name '.havirt*')\" ]")
    }

    private func said(_ node: ISCSINode, _ place: [String]) async throws -> String {
        let arguments = ["iscsi-password", ISCSINode.name, "10.0.0.1:3260"] + place
        let lines = [
            "0123456789abcdef0123456789abcdef", "demo", "ours", "7", node.node.boot, "99999999999", "10",
            "\(node.target.marker)", "\(arguments.count)",
        ]
        let reply = try await node.local.run(
            NodeRequest(
                script: GuardScript.script, input: Array(((lines + arguments).joined(separator: "\n") + "\n").utf8),
                deadline: .seconds(60)),
            on: NodeSpec(name: try NodeName("alpha")).ssh)
        return String(decoding: reply.output + reply.errorOutput, as: UTF8.self)
    }

    static let bad: [(text: String?, mode: mode_t, owner: uid_t, why: String)] = [
        (nil, 0, 0, "is not there"), ("x", 0o640, 0, "others than root"), ("x", 0o604, 0, "others than root"),
        ("x", 0o600, 1, "not root's"), ("", 0o600, 0, "is empty"), ("\n", 0o600, 0, "is empty"),
        ("a\nb\n", 0o600, 0, "more than one line"), ("a\n\n", 0o600, 0, "more than one line"),
        (String(repeating: "a", count: 256), 0o600, 0, "longer than 255"), (" a\n", 0o600, 0, "a blank"),
        ("a \n", 0o600, 0, "a blank"), ("a\r\n", 0o600, 0, "control character"),
        ("a\0b\n", 0o600, 0, "control character"),
        ("a\nnode.session.iscsi.x = y\n", 0o600, 0, "more than one line"),
    ]

    @Test("a file that is not root's alone, or is no one line, is refused with its own reason", arguments: bad)
    func refusals(_ row: (text: String?, mode: mode_t, owner: uid_t, why: String)) async throws {
        let node = try ISCSINode()
        if let text = row.text {
            try node.place("/secret", text, mode: row.mode)
            #expect(chown("\(node.folder)/secret", row.owner, 0) == 0)
        }
        let error = await #expect(throws: NodeError.self) { try await node.perform(command(node)) }
        #expect("\(try #require(error))".contains(row.why), "\(String(describing: error))")
        #expect(node.text(ISCSINode.record)?.contains("password = old\n") == true)
    }

    @Test("the longest one is taken, and one without its newline")
    func longest() async throws {
        let node = try ISCSINode()
        let text = String(repeating: "a", count: 255)
        try node.place("/secret", text, mode: 0o600)
        try await node.perform(command(node))
        #expect(node.text(ISCSINode.record)?.hasSuffix("password = \(text)\n") == true)
    }

    @Test("no record is no place to keep it")
    func noRecord() async throws {
        let node = try ISCSINode()
        try node.place("/secret", "x\n", mode: 0o600)
        try node.local.shell("rm -r etc/iscsi")
        await #expect(
            throws: NodeError.refused("it has no record of the target at that portal to keep the password in")
        ) {
            try await node.perform(command(node))
        }
    }

    @Test("a credential of systemd's, in clear or encrypted", arguments: shells)
    func credentials(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        let command = ISCSICommand.setPassword(node.target, node.portal, .credential("chap"))
        await #expect(throws: NodeError.self) { try await node.perform(command) }
        try node.place("/etc/credstore.encrypted/chap", "ciphertext\n")
        try node.program(
            "systemd-creds",
            "[ \"$1 $2\" = 'decrypt --name=chap' ] && [ \"$4\" = - ] && read -r line <\"$3\" && [ \"$line\" = ciphertext ] &&"
                + " [ \"$status\" = 0 ] && cat clear")
        try node.place("/clear", "\(Self.secret)\n")
        try await node.perform(command)
        #expect(isKept(node))
        try node.fails(1)
        await #expect(throws: NodeError.refused("systemd-creds cannot decrypt the password; try it there by hand")) {
            try await node.perform(command)
        }
        try node.place("/etc/credstore/chap", "plain\n", mode: 0o644)
        await #expect(throws: NodeError.self) { try await node.perform(command) }
        try node.place("/etc/credstore/chap", "plain\n", mode: 0o400)
        try await node.perform(command)
        #expect(node.text(ISCSINode.record)?.hasSuffix("password = plain\n") == true)
    }
}
