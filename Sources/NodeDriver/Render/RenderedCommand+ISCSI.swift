internal import Reconciler
internal import StateSpec

extension RenderedCommand {
    /// The call of iscsiadm, or of a verb of the guard script for what iscsiadm cannot do.
    static func arguments(of command: ISCSICommand) -> [String] {
        let record = ["iscsiadm", "-m", "node", "-T", command.target.text, "-p", "\(command.portal)"]
        switch command {
        case .addRecord: return record + ["-o", "new"]
        case .update(_, _, let settings):
            return record + ["-o", "update"] + settings.flatMap { ["-n", $0.name, "-v", $0.value] }
        case .setPassword(let target, let portal, let secret):
            let place =
                switch secret {
                case .file(let path): ["file", path]
                case .credential(let name): ["credential", name]
                }
            return ["iscsi-password", target.text, "\(portal)"] + place
        case .login: return record + ["--login"]
        case .rescan: return record + ["--rescan"]
        case .removeDevice(let target, let portal, let lun, let name):
            return ["iscsi-remove", target.text, "\(portal)", "\(lun)", name]
        case .logout: return record + ["--logout"]
        case .deleteRecord: return record + ["-o", "delete"]
        }
    }

    /// What a person's shell on the node does in place of a verb of the guard script; nil where the arguments will do.
    static func shellLine(of command: ISCSICommand) -> String? {
        switch command {
        case .setPassword(let target, let portal, let secret): line(target, portal, secret)
        case .removeDevice(let target, let portal, let lun, _):
            // By its name in /dev/disk: until it is pasted the kernel's may be another's.
            "d=$(readlink -e \(ShellQuote.word(Self.path(target, portal, lun)))) && blockdev --flushbufs \"$d\" && "
                + "echo 1 >\"/sys/block/${d##*/}/device/delete\""
        case .addRecord, .update, .login, .rescan, .logout, .deleteRecord: nil
        }
    }

    /// printf and cat are given no secret as an argument: printf is the shell's own, and cat gives it away in a pipe.
    private static func line(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ secret: CHAP.Secret) -> String {
        let file = ShellQuote.word("\(target.text)/\(portal.host),\(portal.port)")
        let text =
            switch secret {
            case .file(let path): "cat \(ShellQuote.word(path))"
            case .credential(let name):
                "cat /etc/credstore/\(ShellQuote.word(name)) 2>/dev/null || systemd-creds decrypt "
                    + "--name=\(ShellQuote.word(name)) /etc/credstore.encrypted/\(ShellQuote.word(name)) -"
            }
        return "cd /etc/iscsi/nodes || cd /var/lib/iscsi/nodes; p=$(\(text)) && for f in \(file) \(file),*/*; do "
            + "[ ! -f \"$f\" ] || printf \"node.session.auth.password = %s\\n\" \"$p\" >>\"$f\"; done"
    }

    /// As udev names it: a number of more than eight bits in the hexadecimal form of SCSI.
    private static func path(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ lun: Int) -> String {
        let prefix = "/dev/disk/by-path/ip-\(portal.inPath)-iscsi-\(target.text)-lun-"
        guard lun > 255 else { return prefix + "\(lun)" }
        let words = [lun & 0xFFFF, lun >> 16 & 0xFFFF].map { word in
            let hex = String(word, radix: 16)
            return String(repeating: "0", count: 4 - hex.utf8.count) + hex
        }
        return prefix + "0x" + words.joined() + "00000000"
    }
}
