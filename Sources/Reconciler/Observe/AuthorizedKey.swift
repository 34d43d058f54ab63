/// A line of `authorized_keys`.
public struct AuthorizedKey: Equatable, Codable, Sendable {
    /// Whose login it permits.
    public let key: PublicKey
    /// The names of its options; what they say may be a secret.
    public let options: [String]

    /// Whether all that it permits is to log in from certain places, in certain ways or with one command.
    public var isRestricted: Bool { options.contains { !Self.harmless.contains($0) } }
    /// Whether a login with it runs one command, whatever was asked for.
    public var isBoundToCommand: Bool { options.contains("command") }
    /// Whether it is about certificates that this key has signed, and not about the key itself.
    public var isAuthority: Bool { options.contains("cert-authority") }

    // What does not keep `qemu+ssh` from working.
    private static let harmless: Set<String> = [
        "agent-forwarding", "no-agent-forwarding", "no-port-forwarding", "no-pty", "no-user-rc", "no-x11-forwarding",
        "port-forwarding", "pty", "restrict", "user-rc", "x11-forwarding", "environment", "permitopen", "permitlisten",
        "no-touch-required",
    ]

    /// A line.
    public init(_ key: PublicKey, options: [String] = []) {
        self.key = key
        self.options = options
    }
}
