import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("commands about iSCSI in the guard")
struct ISCSIGuardTests {
    static let shells = ["dash", "bash"]
    private static let record = ["-m", "node", "-T", ISCSINode.name, "-p", "10.0.0.1:3260"]

    @Test("every call of iscsiadm arrives as its own arguments", arguments: shells)
    func calls(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        let settings = [
            ISCSICommand.Setting("node.startup", "manual"),
            ISCSICommand.Setting("node.session.auth.username", "$(id) ; -x '"),
        ]
        let rows: [(ISCSICommand, [String])] = [
            (.addRecord(node.target, node.portal), ["-o", "new"]),
            (
                .update(node.target, node.portal, settings),
                ["-o", "update"] + settings.flatMap { ["-n", $0.name, "-v", $0.value] }
            ),
            (.login(node.target, node.portal), ["--login"]), (.rescan(node.target, node.portal), ["--rescan"]),
            (.logout(node.target, node.portal), ["--logout"]),
            (.deleteRecord(node.target, node.portal), ["-o", "delete"]),
        ]
        for (command, words) in rows {
            try? node.local.shell("rm -f iscsiadm")
            try await node.perform(command)
            #expect(node.arguments(of: "iscsiadm") == Self.record + words)
            #expect(node.marker?.isEmpty ?? true)
        }
        let name = try #require(ISCSITargetName("iqn.2024-01.lab.store:vol2"))
        let portal = try #require(ISCSIPortal("[fd00::1]:3261"))
        try? node.local.shell("rm -f iscsiadm")
        try await node.perform(.login(name, portal))
        #expect(node.arguments(of: "iscsiadm").contains("[fd00::1]:3261"))
    }

    static let strangers: [[String]] = [
        [], ["iscsiadm"], ["iscsi-login"], ["iscsi-record"], ["iscsiadm", "-m", "session", "-u"],
        ["iscsiadm", "-m", "discovery", "-t", "st", "-p", "10.0.0.1:3260", "--login"],
        ["iscsiadm"] + record, ["iscsiadm"] + record + ["-o", "show"], ["iscsiadm"] + record + ["-S"],
        ["iscsiadm"] + record + ["--login", "-d8"], ["iscsiadm"] + record + ["-o", "new", "-S"],
        ["iscsiadm"] + record + ["--logoutall=all", "x:-o:update", "-n", "node.startup", "-v", "manual"],
        ["iscsiadm"] + record + ["--logout:-o", "update", "-n", "node.startup", "-v", "manual"],
        ["iscsiadm"] + record + ["--logout", "-o", "update", "-n", "node.startup", "-v", "manual"],
        ["iscsiadm"] + record + ["-o", "update"], ["iscsiadm"] + record + ["-o", "update", "-n", "node.startup"],
        ["iscsiadm"] + record + ["-o", "update", "-n", "node.session.auth.password", "-v", "x"],
        ["iscsiadm"] + record + ["-o", "update", "-n", "node.session.auth.password_in", "-v", "x"],
        ["iscsiadm"] + record + ["-o", "update", "-n", "discovery.x", "-v", "x"],
        ["iscsiadm"] + record + ["-o", "update", "-n", "node.a", "-v", "x", "-n", "node.b"],
        ["iscsiadm", "-m", "node", "-T", "../x", "-p", "10.0.0.1:3260", "--login"],
        ["iscsiadm", "-m", "node", "-T", "iqn.2024-01.lab:a b", "-p", "10.0.0.1:3260", "--login"],
        ["iscsiadm", "-m", "node", "-T", ISCSINode.name, "-p", "-d8", "--login"],
        ["iscsiadm", "-m", "node", "-T", ISCSINode.name, "-p", "10.0.0.1;id", "--login"],
        ["iscsi-remove", ISCSINode.name, "10.0.0.1:3260", "1"],
        ["iscsi-remove", ISCSINode.name, "10.0.0.1:3260", "*", "loop7"],
        ["iscsi-remove", ISCSINode.name, "10.0.0.1:3260", "1", "../loop7"],
        ["iscsi-password", ISCSINode.name, "10.0.0.1:3260", "file", "secret"],
        ["iscsi-password", ISCSINode.name, "10.0.0.1:3260", "credential", "../secret"],
        ["iscsi-password", ISCSINode.name, "10.0.0.1:3260", "text", "secret"],
        ["iscsi-password", "a/b", "10.0.0.1:3260", "file", "/secret"],
        ["virsh", "-c", "qemu:///system", "iscsi-login"], ["virsh", "-c", "qemu:///system", "iscsi-record"],
    ]

    @Test("anything else is refused, and nothing is called", arguments: strangers)
    func refusals(arguments: [String]) async throws {
        let node = try ISCSINode()
        #expect(try await node.refusal(of: arguments) == "verb")
        #expect(node.text("/iscsiadm") == nil && node.text("/blockdev") == nil && node.local.calls.isEmpty)
        #expect(node.marker?.isEmpty ?? true)
        #expect(node.text(ISCSINode.record)?.contains("password = old") == true)
    }

    @Test("a session in use is not closed, and who uses it is said", arguments: shells)
    func busy(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        try node.use()
        await #expect(throws: NodeError.refused("it is in use there: the device dm-3 has loop7")) {
            try await node.perform(.logout(node.target, node.portal))
        }
        await #expect(throws: NodeError.refused("it is in use there: the device dm-3 has loop7")) {
            try await node.perform(.removeDevice(node.target, node.portal, lun: 1, name: "loop7"))
        }
        #expect(node.text("/iscsiadm") == nil && node.marker?.isEmpty == true)
        #expect(node.text("\(ISCSINode.unit)/delete") == "\n")
        // It is by the target: another one's session is nobody's business here.
        let other = try #require(ISCSITargetName("iqn.2024-01.lab.store:vol2"))
        try await node.perform(.logout(other, node.portal))
        // What looks into a disk for a moment, as udev does, is waited for.
        try node.local.shell("(sleep 1.2; rm sys/block/loop7/holders/dm-3) >/dev/null 2>&1 &")
        try await node.perform(.logout(node.target, node.portal))
        #expect(node.arguments(of: "iscsiadm").suffix(1) == ["--logout"])
    }

    @Test("a session whose disks cannot be judged is not closed")
    func unjudged() async throws {
        let unjudged = NodeError.refused(
            "who uses the disks of its sessions could not be told, so they are left as they are")
        let node = try ISCSINode()
        try writeFile("\(node.folder)/bin/find", "#!/bin/sh\nexit 0\n".utf8, mode: 0o755)
        await #expect(throws: unjudged) { try await node.perform(.logout(node.target, node.portal)) }
        let other = try ISCSINode()
        try other.local.shell("rm -r sys/class/iscsi_session/session3/device")
        await #expect(throws: unjudged) { try await other.perform(.logout(other.target, other.portal)) }
        #expect(node.text("/iscsiadm") == nil && other.text("/iscsiadm") == nil)
    }

    @Test("a disk is flushed and removed; not one of another LUN or portal, not a blocked one", arguments: shells)
    func remove(shell: String) async throws {
        let node = try ISCSINode(shell: shell)
        let moved = NodeError.refused("the disk is not that of the LUN any more; scan again")
        let other = try #require(ISCSIPortal("10.0.0.2"))
        for bad in [
            ISCSICommand.removeDevice(node.target, node.portal, lun: 2, name: "loop7"),
            .removeDevice(node.target, node.portal, lun: 1, name: "loop8"),
            .removeDevice(node.target, other, lun: 1, name: "loop7"),
        ] { await #expect(throws: moved) { try await node.perform(bad) } }
        let good = ISCSICommand.removeDevice(node.target, node.portal, lun: 1, name: "loop7")
        try node.fails(1)
        await #expect(throws: NodeError.exit(status: 1, errorOutput: "")) { try await node.perform(good) }
        #expect(node.text("\(ISCSINode.unit)/delete") == "\n")
        try node.fails(0)
        try node.place("\(ISCSINode.unit)/state", "blocked\n")
        await #expect(throws: NodeError.self) { try await node.perform(good) }
        try node.place("\(ISCSINode.unit)/state", "running\n")
        try await node.perform(good)
        #expect(node.text("\(ISCSINode.unit)/delete") == "1\n")
        #expect(node.arguments(of: "blockdev") == ["--flushbufs /dev/loop7", "--flushbufs /dev/loop7"])
        #expect(node.marker?.isEmpty == true)
    }

    @Test("an IPv6 portal is itself in any spelling, and a name in any case")
    func spellings() async throws {
        let node = try ISCSINode()
        let connection = "/sys/class/iscsi_connection/connection3:0/persistent_address"
        for (spelling, portal) in [("fd00:0078::0:1", "[fd00:78::1]:3260"), ("Store", "store")] {
            try node.place(connection, "\(spelling)\n")
            let portal = try #require(ISCSIPortal(portal))
            try await node.perform(.removeDevice(node.target, portal, lun: 1, name: "loop7"))
        }
        try node.place(connection, "fd00:78::11\n")
        await #expect(throws: NodeError.self) {
            let portal = try #require(ISCSIPortal("[fd00:78::1]"))
            try await node.perform(.removeDevice(node.target, portal, lun: 1, name: "loop7"))
        }
    }

    @Test("a status is handed on; one that did not end leaves its marker", arguments: [15, 24, 124])
    func statuses(status: Int) async throws {
        let node = try ISCSINode()
        try node.fails(status)
        let login = ISCSICommand.login(node.target, node.portal)
        let error = await #expect(throws: NodeError.self) { try await node.perform(login) }
        guard status == 124 else {
            #expect(error == .exit(status: Int32(status), errorOutput: "said"))
            #expect(node.marker?.isEmpty == true)
            return
        }
        #expect(error == .unfinished("iscsiadm had not finished after 1m; said"))
        #expect(node.marker?.hasPrefix("ours iscsi-login \(node.node.boot) ") == true)
        try node.fails(0)
        await #expect(throws: NodeError.refused("an earlier command for this target may still take effect there")) {
            try await node.perform(.logout(node.target, node.portal))
        }
        // Records are no business of iscsid's.
        try await node.perform(.deleteRecord(node.target, node.portal))
    }

    @Test("a marker of a login is no domain's")
    func marker() async throws {
        let node = try ISCSINode()
        try node.fails(137)
        await #expect(throws: NodeError.self) { try await node.perform(.login(node.target, node.portal)) }
        let line = try #require(node.marker)
        let uuid = node.target.marker
        let found = try MarkerText.inFlight(
            Array("\(uuid) alive \(line)".utf8)[...], boot: try #require(DomainUUID(node.node.boot)))
        #expect(found.map(\.verb) == [.iscsiLogin] && found.map(\.uuid) == [uuid] && found.map(\.isForTarget) == [true])
    }

    @Test("without iscsiadm it says so", .enabled(if: access("/usr/sbin/iscsiadm", F_OK) != 0))
    func noClient() async throws {
        let node = try ISCSINode()
        try node.local.shell("rm bin/iscsiadm")
        await #expect(throws: NodeError.refused("it has no 'iscsiadm'; install open-iscsi")) {
            try await node.perform(.login(node.target, node.portal))
        }
    }
}
