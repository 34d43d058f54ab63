/// The controller's own lists of who may sign commits; at least one of them.
public struct SignerLists: Hashable, Sendable {
    /// Keys of ssh.
    public struct SSH: Hashable, Sendable {
        /// The file of allowed signers, as ssh-keygen(1) describes it.
        public let allowed: String
        /// Revoked keys: a key revocation list, or a file of public keys; nil for none.
        public let revoked: String?

        /// Lists by their paths.
        public init(allowed: String, revoked: String?) {
            self.allowed = allowed
            self.revoked = revoked
        }
    }

    /// Keys of ssh; nil where they may not sign.
    public let ssh: SSH?
    /// A file of exported public keys of OpenPGP; nil where they may not sign.
    public let openpgp: String?

    /// Nil where there would be no list at all.
    public init?(ssh: SSH?, openpgp: String?) {
        guard ssh != nil || openpgp != nil else { return nil }
        self.ssh = ssh
        self.openpgp = openpgp
    }

    /// What stands in the files.
    struct Contents: Equatable, Sendable {
        var allowed: [UInt8]?
        var revoked: [UInt8]?
        var openpgp: [UInt8]?
    }

    /// Reads all of them. One that cannot be read is an error, and not a list of nobody.
    func read() throws(SignerFileError) -> Contents {
        var contents = Contents()
        if let ssh {
            contents.allowed = try SignerFile.read(ssh.allowed)
            if let revoked = ssh.revoked { contents.revoked = try SignerFile.read(revoked) }
        }
        if let openpgp { contents.openpgp = try SignerFile.read(openpgp) }
        return contents
    }
}
