internal import StateSpec

/// How a person's shell has to call ssh and havirt to reach what this run reaches.
public struct PastedTools: Equatable, Sendable {
    /// The words that start ssh.
    public var ssh: [String]
    /// What follows `havirt domain xml NAME --rendered`: the flags of this run.
    public var havirtFlags: [String]

    /// By default the operator's own ssh and settings are enough.
    public init(ssh: [String] = ["ssh"], havirtFlags: [String] = []) {
        self.ssh = ssh
        self.havirtFlags = havirtFlags
    }

    /// A line for a node's shell, as a line for a shell here.
    func line(_ remote: String, on node: SSHDestination) -> String {
        var words = ssh
        if let port = node.port { words += ["-p", "\(port)"] }
        if let user = node.user { words += ["-l", user] }
        // Two shells read it: it is quoted as a whole once more, where that makes a difference.
        let isPlain = remote.split(separator: " ", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && ShellQuote.word(String($0)) == $0
        }
        return ShellQuote.line(words + [node.host]) + " " + (isPlain ? remote : ShellQuote.word(remote))
    }
}
