import Reconciler
import Testing

/// A check of `GuardScript`, and a command that it refuses.
struct CommandCheck: Sendable, CustomTestStringConvertible {
    /// The guards that it is, on a node; none where a slip of ours would have to come first.
    let off: [Guard]
    let name: String
    let edit: ScriptEdit
    /// What is sent, where it differs from a good command.
    var send = Command()
    /// What is different on the node.
    var prepare: @Sendable (CommandNode) throws -> Void = { _ in }

    /// The lines of a command's input that are not the same for all.
    struct Command: Sendable {
        var token = "0123456789abcdef0123456789abcdef"
        var cluster = "demo"
        var epoch = "7"
        /// The node's own, if nil.
        var boot: String?
        var until = "99999999999"
        var limit = "10"
        var uuid = CommandNode.uuid
        var arguments = ["virsh", "-c", "qemu:///system", "destroy", CommandNode.uuid]

        /// The same with another marker.
        func about(_ uuid: String) -> Command {
            var command = self
            command.uuid = uuid
            return command
        }
    }

    var testDescription: String { name }

    static let all = rule10 + markers + grammar + shapes

    private static let rule10 = [
        Self(
            off: [.bootIsChecked], name: "boot",
            edit: ScriptEdit(check: #"[ "$thisboot" = "$boot" ] || refuse boot"#),
            send: Command(boot: "00000000-0000-4000-8000-000000000000")),
        Self(
            off: [.lateCommandsAreRefused], name: "not after",
            edit: ScriptEdit(check: #"read -r now </proc/uptime && [ "${now%%.*}" -le "$until" ] || refuse late"#),
            send: Command(until: "0")),
        Self(
            off: [.lockIsCheckedOnTheNode], name: "lock",
            edit: ScriptEdit(
                check:
                    #"[ -f "/run/havirt/$cluster/lock" ] && ! flock -n -s "/run/havirt/$cluster/lock" true || refuse lock"#
            ),
            prepare: { $0.lock.release() }),
        Self(
            off: [.lockIsCheckedOnTheNode], name: "holder",
            edit: ScriptEdit(
                check: #"[ -f "/run/havirt/$cluster/holder" ] && ours <"/run/havirt/$cluster/holder" || refuse lock"#),
            prepare: { try $0.write("run/demo/holder", "run=theirs\n") }),
        Self(
            off: [.epochIsCheckedOnTheNode], name: "epoch",
            edit: ScriptEdit(
                check:
                    #"[ -f "$memory/epoch" ] && read -r accepted <"$memory/epoch" && [ "$accepted" = "epoch $epoch $run" ] ||"#,
                instead: "true ||"),
            prepare: { try $0.write("lib/demo/epoch", "epoch 8 theirs\n") }),
        Self(
            off: [], name: "root", edit: ScriptEdit(check: #"[ "$(id -u)" = 0 ] || refuse root"#),
            prepare: { try $0.write("bin/id", "#!/bin/sh\necho 1000\n", mode: 0o755) }),
    ]

    private static let markers = [
        Self(
            off: [.markerIsRespected], name: "a marker that is filled",
            edit: ScriptEdit(check: #"[ "${#when}" = 36 ] && [ "$when" != "$thisboot" ] || refuse unsettled"#),
            prepare: { try $0.write("lib/demo/inflight/\(CommandNode.uuid)", "run9 create \($0.boot) 5.00\n") }),
        Self(
            off: [.markerIsRespected], name: "a command that lives",
            edit: ScriptEdit(check: "flock -w 2 8 || refuse inflight"), prepare: { try $0.lockMarker() }),
    ]

    private static let grammar = [
        Self(
            off: [], name: "token",
            edit: ScriptEdit(check: "case $token in '' | *[!0-9a-f]*) exit 90 ;; esac"), send: Command(token: "t")),
        Self(
            off: [], name: "cluster",
            edit: ScriptEdit(check: "case $cluster in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) exit 90 ;; esac"),
            send: Command(cluster: "demo/../demo")),
        Self(
            off: [], name: "numbers",
            edit: ScriptEdit(check: "case $number in '' | *[!0-9]* | ????????????????*) exit 90 ;; esac"),
            send: Command(limit: "1m")),
        Self(
            // Of which timeout(1) makes no limit at all.
            off: [], name: "a time of nothing",
            edit: ScriptEdit(check: "case $limit in 0* | ????????*) exit 90 ;; esac"), send: Command(limit: "0")),
        Self(
            off: [], name: "the shape of a uuid",
            edit: ScriptEdit(
                check: "case $uuid in - | ????????-????-????-????-????????????) ;; *) exit 90 ;; esac"),
            send: virsh("destroy", "c0ffee").about("c0ffee")),
        Self(
            off: [], name: "the letters of a uuid",
            edit: ScriptEdit(check: "case $uuid in *[!0-9a-f-]*) exit 90 ;; esac"),
            send: virsh("destroy", "C0FFEE00-0000-4000-8000-000000000001")
                .about("C0FFEE00-0000-4000-8000-000000000001")),
        Self(
            off: [], name: "which libvirt",
            edit: ScriptEdit(check: #"[ "$2 $3" = '-c qemu:///system' ] || return 0"#),
            send: Command(arguments: ["virsh", "-c", "qemu+ssh://evil/system", "destroy", CommandNode.uuid])),
    ]

    private static func virsh(_ words: String...) -> Command {
        Command(arguments: ["virsh", "-c", "qemu:///system"] + words)
    }

    /// What whoever has stolen a key would ask virsh for.
    private static let shapes = [
        Self(
            off: [], name: "what is created",
            edit: ScriptEdit(check: #"[ "$2 $3" = '--validate /dev/stdin' ] || return 0 ;;"#, instead: ": ;;"),
            send: virsh("create", "--paused", "/etc/passwd")),
        Self(
            off: [], name: "the marker's domain",
            edit: ScriptEdit(check: #"[ "$2" = "$uuid" ] || return 0 ;;"#, instead: ": ;;"),
            send: virsh("destroy", "c0ffee00-0000-4000-8000-000000000002")),
        Self(
            off: [], name: "how it is migrated",
            edit: ScriptEdit(check: #"[ "$2 $3 $4" = '--live --p2p --abort-on-error' ] || return 0"#),
            send: virsh("migrate", "--live", "--p2p", "--unsafe", CommandNode.uuid, "qemu+ssh://beta/system")),
        Self(
            off: [], name: "what becomes of its definition",
            edit: ScriptEdit(check: #"[ "$5 $6" = '--persistent --undefinesource' ] || return 0"#),
            send: virsh(
                "migrate", "--live", "--p2p", "--abort-on-error", "--persistent", "--postcopy", CommandNode.uuid,
                "qemu+ssh://beta/system")),
        Self(
            off: [], name: "which domain is migrated", edit: ScriptEdit(check: #"[ "$5" = "$uuid" ] || return 0"#),
            send: migration("c0ffee00-0000-4000-8000-000000000002", "qemu+ssh://beta/system")),
        Self(
            off: [], name: "the form of its destination",
            edit: ScriptEdit(check: #"[ "$6" = "qemu+ssh://$host/system" ] || return 0"#),
            send: migration(CommandNode.uuid, "beta")),
        Self(
            off: [], name: "the host of its destination",
            edit: ScriptEdit(
                check: "case $host in '' | [!A-Za-z0-9[]* | *[!]A-Za-z0-9.:_[-]*) return 0 ;; esac"),
            send: migration(CommandNode.uuid, "qemu+ssh://beta?command=id/system")),
    ]

    private static func migration(_ uuid: String, _ destination: String) -> Command {
        virsh("migrate", "--live", "--p2p", "--abort-on-error", uuid, destination)
    }
}
