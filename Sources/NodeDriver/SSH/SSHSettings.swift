public import StateSpec

/// How havirt calls ssh; from `havirt.conf`, never from the repository.
public struct SSHSettings: Equatable, Sendable {
    /// The client: a path, or a name that is looked up in `PATH`.
    public var executable = "ssh"
    /// A configuration file in place of the operator's own.
    public var configFile: String?
    /// Where connections are kept open for the next command; nil to make each one anew.
    ///
    /// It must be short: a socket's path has 108 bytes at most.
    public var controlFolder: String?
    /// How long a kept connection may idle.
    public var controlPersist = Seconds(60)
    /// The keys that are used; nil for those that ssh finds.
    public var keys: SSHKeys?
    /// How long a connection may take to be made.
    public var connectTimeout = Seconds(10)
    /// Key exchanges, in the spelling of ssh's `KexAlgorithms`; nil for its own choice.
    ///
    /// `^curve25519-sha256` makes a cold connection six times cheaper than OpenSSH's post-quantum default, and gives
    /// that protection up.
    public var kexAlgorithms: String?
    /// Further options of the operator, each `Key=Value`. What havirt itself sets cannot be changed by them.
    public private(set) var extraOptions: [String] = []

    /// The operator's ssh configuration, one connection a command.
    public init() {}

    /// Sets further options; fails on the first that is none.
    public mutating func setExtraOptions(_ options: [String]) throws(SSHOptionError) {
        for option in options {
            if let objection = SSHOptionError.objection(to: option) {
                throw SSHOptionError(option: option, objection: objection)
            }
        }
        extraOptions = options
    }
}

/// An entry of `havirt.conf` that is no ssh option for havirt.
public struct SSHOptionError: Error, Equatable, CustomStringConvertible {
    /// The refused entry, unescaped.
    public let option: String
    /// Why it was refused.
    public let objection: String

    /// One line, safe to print.
    public var description: String { "\(Escaped(option)) is no ssh option for havirt: \(objection)" }

    static func objection(to option: String) -> String? {
        let parts = option.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, option.utf8.count <= 1_000, parts[0].utf8.allSatisfy(isAlphanumeric) else {
            return "write Key=Value"
        }
        guard option.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            return "only printable ASCII characters may stand in it"
        }
        return nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
