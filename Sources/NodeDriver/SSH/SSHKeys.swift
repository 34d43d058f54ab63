/// The keys with which havirt logs in where nodes have its gate.
public struct SSHKeys: Equatable, Sendable {
    /// The one that looks.
    public let scan: PrivateKeyFile
    /// The one that acts; without it nothing can be done.
    public let act: PrivateKeyFile?

    /// Keys; what has one alone can look, and nothing more.
    public init(scan: PrivateKeyFile, act: PrivateKeyFile?) {
        self.scan = scan
        self.act = act
    }
}
