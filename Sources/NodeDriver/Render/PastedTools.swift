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
}
