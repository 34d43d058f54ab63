import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// Each check of the guard's script that keeps a disk in use, or another disk, from being taken away.
@Suite struct ISCSICheckTests {
    /// A check, and a command that it refuses.
    struct Row: Sendable, CustomTestStringConvertible {
        /// The guards that it is, on a node.
        let off: [Guard]
        let name: String
        let edit: ScriptEdit
        let command: @Sendable (ISCSINode) -> ISCSICommand
        /// What is different on the node.
        let prepare: @Sendable (ISCSINode) throws -> Void

        var testDescription: String { name }
    }

    static let rows = [
        Row(
            off: [.usersAreCheckedOnTheNode], name: "logout in use",
            edit: ScriptEdit(check: #"[ -z "$disks" ] || unused "$disks""#),
            command: { .logout($0.target, $0.portal) }, prepare: { try $0.use() }),
        Row(
            off: [.usersAreCheckedOnTheNode], name: "logout, disks that cannot be listed",
            edit: ScriptEdit(check: #"[ -d "$session/device/" ] || exit 1"#),
            command: { .logout($0.target, $0.portal) },
            prepare: { try $0.local.shell("rm -r sys/class/iscsi_session/session3/device") }),
        Row(
            off: [.usersAreCheckedOnTheNode], name: "logout, users that cannot be told",
            edit: ScriptEdit(check: "found=$(users $1) || refuse unjudged", instead: "found=$(users $1)"),
            command: { .logout($0.target, $0.portal) },
            prepare: { try writeFile("\($0.folder)/bin/find", "#!/bin/sh\nexit 0\n".utf8, mode: 0o755) }),
        Row(
            off: [.usersAreCheckedOnTheNode], name: "removal in use",
            edit: ScriptEdit(check: #"unused "$5 ""#),
            command: { .removeDevice($0.target, $0.portal, lun: 1, name: "loop7") },
            prepare: { try $0.use() }),
        Row(
            off: [.removedDiskIsNamed], name: "removal of another target's disk",
            edit: ScriptEdit(
                check: #"read -r name <"$session/targetname" && [ "$name" = "$target" ] || continue"#),
            command: { .removeDevice($0.target, $0.portal, lun: 1, name: "loop7") },
            prepare: { try $0.place("/sys/class/iscsi_session/session3/targetname", "iqn.2024-01.lab.store:vol2\n") }),
        Row(
            off: [.removedDiskIsNamed], name: "removal of another portal's disk",
            edit: ScriptEdit(check: #"is_portal "$address" "$port" || continue"#, instead: "true"),
            command: { .removeDevice($0.target, $0.portal, lun: 1, name: "loop7") },
            prepare: { try $0.place("/sys/class/iscsi_connection/connection3:0/persistent_address", "10.0.0.2\n") }),
        Row(
            off: [.removedDiskIsNamed], name: "removal of another LUN's disk",
            edit: ScriptEdit(check: #"target*/*:"$1""#, instead: "target*/*:*"),
            command: { .removeDevice($0.target, $0.portal, lun: 2, name: "loop7") }, prepare: { _ in }),
    ]

    /// Whether the session was ended or the disk removed.
    private func isCarriedOut(_ row: Row, edit: ScriptEdit?) async throws -> Bool {
        let node = try ISCSINode(edit: edit)
        try row.prepare(node)
        do {
            try await node.perform(row.command(node))
        } catch let error as NodeError {
            guard case .refused = error else { throw error }
        }
        return node.arguments(of: "iscsiadm").last == "--logout" || node.text("\(ISCSINode.unit)/delete") == "1\n"
    }

    @Test(arguments: rows) func withoutItTheDiskIsTakenAway(_ row: Row) async throws {
        #expect(row.edit.count(in: GuardScript.script) >= 1)
        #expect(try await !isCarriedOut(row, edit: nil))
        #expect(try await isCarriedOut(row, edit: row.edit))
    }
}
