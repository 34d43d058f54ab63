internal import Reconciler
internal import StateSpec

/// What the guard script said of a command.
enum GuardedReply: Equatable {
    /// It ran, with this exit status and output.
    case ended(status: Int32, output: String)
    /// It did not run, for this reason of the script's.
    case refused(String)
    /// It did not run, because disks are in use, in words.
    case busy([String])

    init(_ bytes: [UInt8], token: ScanToken) throws(Unreadable) {
        let frames = try Frames(bytes, token: token)
        if frames.has("refused") {
            let reason = ByteText.excerpt(try frames.frame("refused"), linesMax: 1)
            self = reason == "busy" ? .busy(try Self.users(frames)) : .refused(reason)
            return
        }
        let lines = try ByteText.lines(try frames.frame("status"))
        guard lines.count == 1, let status = ByteText.number(lines[0]), (0...255).contains(status) else {
            throw Unreadable("the exit status is not understood")
        }
        self = .ended(status: Int32(status), output: ByteText.excerpt(try frames.frame("said")))
    }

    /// Some of those who use a disk: "the mount /srv has sda".
    private static func users(_ frames: Frames) throws(Unreadable) -> [String] {
        guard frames.has("users") else { return [] }
        let lines = try ByteText.filledLines(try frames.frame("users"))
        let words = lines.prefix(5).compactMap(DeviceUsersText.user).map { "\($1) has \(Escaped($0).bare)" }
        return words + (lines.count > 5 ? ["and more"] : [])
    }

    /// Throws unless the command ended with status 0.
    func check(_ request: GuardedRequest) throws(NodeError) {
        let program = request.program
        switch self {
        case .ended(status: 0, _): return
        // Those of timeout(1) and of signals: the client was ended, but what it asked its daemon for may go on.
        case .ended(let status, let output) where status >= 124:
            let text =
                status == 124 || status == 137
                ? "\(program) had not finished after \(request.limit)"
                : "\(program) was ended, exit status \(status)"
            throw .unfinished(output.isEmpty ? text : "\(text); \(output)")
        case .ended(let status, let output): throw .exit(status: status, errorOutput: output)
        case .refused(let reason):
            throw .refused(Self.explanation(of: reason, about: program == "virsh" ? "domain" : "target"))
        case .busy(let users):
            throw .refused("it is in use there\(users.isEmpty ? "" : ": ")\(users.joined(separator: ", "))")
        }
    }

    /// The script's reasons in words, with what to do about them.
    static func explanation(of reason: String, about subject: String = "domain") -> String {
        if let text = explanationOfISCSI(reason) { return text }
        return switch reason {
        case "boot": "it has booted since it was scanned; scan again"
        case "late": "the command came too late; scan again"
        case "lock": "the cluster's lock on it is not held by this run"
        case "epoch":
            "its epoch is not this run's: another run has taken over since; or, if it says so every time, the file"
                + " /var/lib/havirt/<cluster>/epoch there is damaged: move it away on that one node, the others remember it"
        case "stale": "it knows an epoch that is not older: another run has claimed it"
        case "unsettled": "an earlier command for this \(subject) may still take effect there"
        case "inflight": "an earlier command for this \(subject) is still under way there"
        case "root": "the login is not root; log in as root"
        case "flock": "it has no 'flock'; install util-linux"
        case "timeout": "it has no 'timeout'; install coreutils"
        case "folder": "its folders /run/havirt and /var/lib/havirt cannot be written"
        default: "it does not know the command (\(reason))"
        }
    }

    private static func explanationOfISCSI(_ reason: String) -> String? {
        switch reason {
        case "iscsiadm": "it has no 'iscsiadm'; install open-iscsi"
        case "unjudged": "who uses the disks of its sessions could not be told, so they are left as they are"
        case "moved": "the disk is not that of the LUN any more; scan again"
        case "blocked": "the disk has no connection to its target, and what is not written yet could not be flushed"
        case "record": "it has no record of the target at that portal to keep the password in"
        case "secret-absent": "the password is not there; put it into a file of root's with mode 0600"
        case "secret-owner": "the file with the password is not root's; `chown root` it"
        case "secret-mode":
            "others than root may read the file with the password; `chmod 600` it, and change the password"
        case "secret-empty": "the password is empty"
        case "secret-lines": "the file with the password has more than one line"
        case "secret-long": "the password is longer than 255 bytes"
        case "secret-text":
            "the password begins or ends with a blank, or has a control character, which iscsiadm would lose"
        case "secret-read": "the file with the password cannot be read"
        case "secret-decrypt": "systemd-creds cannot decrypt the password; try it there by hand"
        default: nil
        }
    }
}
