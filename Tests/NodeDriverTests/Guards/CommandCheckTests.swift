import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// Each check of the guard's script refuses what would be carried out without it.
@Suite struct CommandCheckTests {
    @Test(arguments: CommandCheck.all) func withoutItTheCommandRuns(_ row: CommandCheck) async throws {
        #expect(row.edit.count(in: GuardScript.script) == 1)
        for isThere in [true, false] {
            let node = try CommandNode(edit: isThere ? nil : row.edit)
            try row.prepare(node)
            #expect(try await node.carriesOut(row.send) != isThere, "\(row.name): \(isThere)")
        }
    }

    /// Were all of them refused for another reason, the others would say nothing.
    @Test func aGoodCommandRuns() async throws {
        #expect(try await CommandNode(edit: nil).carriesOut(CommandCheck.Command()))
    }

    /// What libvirtd may still have in its queue must be found by the next scan.
    @Test(arguments: [
        ScriptEdit(check: #"printf '%s %s %s %s\n' "$run" "$verb" "$thisboot" "$now" >"$marker" || refuse folder"#),
        ScriptEdit(
            check: #"[ -z "$filled" ] || [ "$status" -ge 124 ] || : >"$marker""#, instead: #": >"$marker""#),
    ])
    func withoutItACommandLeavesNoMarker(_ edit: ScriptEdit) async throws {
        let off: [Guard] = [.markerOutlivesTheClient]
        #expect(edit.count(in: GuardScript.script) == 1)
        for isThere in [true, false] {
            let node = try CommandNode(edit: isThere ? nil : edit)
            try node.local.answer("seconds", "20")
            #expect(try await node.carriesOut(CommandCheck.Command(limit: "1")))
            let marker = try readFile("\(node.local.folder)/lib/demo/inflight/\(CommandNode.uuid)")
            #expect(marker.isEmpty != isThere, "\(off)")
        }
    }

    /// What was so when a command began to be sent may be over when all of it is there.
    @Test func withoutItWhatIsSentLateIsCarriedOut() async throws {
        let create = ["virsh", "-c", "qemu:///system", "create", "--validate", "/dev/stdin"]
        let rows = [
            (create, "*) refuse folder ;; esac\n        checked\n", "*) refuse folder ;; esac\n"),
            (
                ["remember", "4", "0", "0"], "if [ \"$status\" = 0 ]; then\n        checked",
                "if [ \"$status\" = 0 ]; then\n        :"
            ),
        ]
        for (arguments, check, instead) in rows {
            let edit = ScriptEdit(check: check, instead: instead)
            #expect(edit.count(in: GuardScript.script) == 1, "\(check)")
            for isThere in [true, false] {
                let node = try CommandNode(edit: isThere ? nil : edit)
                // While the sender pauses, another run takes over.
                let head = """
                    #!/bin/sh
                    case $2 in 4 | 8388608) echo 'epoch 8 theirs' >"$HAVIRT_FAKE/lib/demo/epoch" ;; esac
                    exec /usr/bin/head "$@"

                    """
                try node.write("bin/head", head, mode: 0o755)
                let command = CommandCheck.Command(arguments: arguments)
                let isCreated = try await node.carriesOut(command, payload: "new\n")
                let memory = try? readFile("\(node.local.folder)/lib/demo/applied")
                #expect((isCreated || memory != nil) != isThere, "\(arguments): \(isThere)")
                #expect(throws: Never.self, "nothing is left of it") {
                    try node.local.shell("! ls -A lib/demo | grep -q '^[.]'")
                }
            }
        }
    }

    /// A digest is a word of the file that a scan reads.
    @Test func withoutItAWitnessSaysAnything() async throws {
        let edit = ScriptEdit(check: "case $uuid$2 in -* | *[!0-9a-f-]*) refuse verb ;; esac")
        #expect(edit.count(in: GuardScript.script) == 1)
        for isThere in [true, false] {
            let node = try CommandNode(edit: isThere ? nil : edit)
            _ = try await node.carriesOut(CommandCheck.Command(arguments: ["witness", "00 ff"]))
            let note = try? readFile("\(node.local.folder)/lib/demo/seen/\(CommandNode.uuid)")
            #expect((note == nil) == isThere)
        }
    }
}
