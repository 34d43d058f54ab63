internal import Reconciler
internal import StateSpec

/// What the guard script said of a command.
enum GuardedReply: Equatable {
    /// It ran, with this exit status and output.
    case ended(status: Int32, output: String)
    /// It did not run, for this reason of the script's.
    case refused(String)

    init(_ bytes: [UInt8], token: ScanToken) throws(Unreadable) {
        let frames = try Frames(bytes, token: token)
        if frames.has("refused") {
            self = .refused(ByteText.excerpt(try frames.frame("refused"), linesMax: 1))
            return
        }
        let lines = try ByteText.lines(try frames.frame("status"))
        guard lines.count == 1, let status = ByteText.number(lines[0]), (0...255).contains(status) else {
            throw Unreadable("the exit status is not understood")
        }
        self = .ended(status: Int32(status), output: ByteText.excerpt(try frames.frame("said")))
    }

    /// Throws unless the command ended with status 0.
    func check(limit: Seconds) throws(NodeError) {
        switch self {
        case .ended(status: 0, _): return
        // Those of timeout(1) and of signals: virsh was ended, but what it asked libvirtd for may go on.
        case .ended(let status, let output) where status >= 124:
            let text =
                status == 124 || status == 137
                ? "virsh had not finished after \(limit)" : "virsh was ended, exit status \(status)"
            throw .unfinished(output.isEmpty ? text : "\(text); \(output)")
        case .ended(let status, let output): throw .exit(status: status, errorOutput: output)
        case .refused(let reason): throw .refused(Self.explanation(of: reason))
        }
    }

    /// The script's reasons in words, with what to do about them.
    static func explanation(of reason: String) -> String {
        switch reason {
        case "boot": "it has booted since it was scanned; scan again"
        case "late": "the command came too late; scan again"
        case "lock": "the cluster's lock on it is not held by this run"
        case "epoch":
            "its epoch is not this run's: another run has taken over since; or, if it says so every time, the file"
                + " /var/lib/havirt/<cluster>/epoch there is damaged: move it away on that one node, the others remember it"
        case "stale": "it knows an epoch that is not older: another run has claimed it"
        case "unsettled": "an earlier command for this domain may still take effect there"
        case "inflight": "an earlier command for this domain is still under way there"
        case "root": "the login is not root; log in as root"
        case "flock": "it has no 'flock'; install util-linux"
        case "timeout": "it has no 'timeout'; install coreutils"
        case "folder": "its folders /run/havirt and /var/lib/havirt cannot be written"
        default: "it does not know the command (\(reason))"
        }
    }
}
