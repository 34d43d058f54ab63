internal import StateSpec

/// What strangers write into commits and signatures, read by all parsers that judge it: a door for those who try to
/// break them.
public enum SignatureDoor {
    /// Reads bytes as a commit, as the envelope of a signature, as what gpg answers, and as a list of signers; gives back
    /// what people would be shown of it.
    public static func shown(_ bytes: [UInt8]) -> [String] {
        var shown: [String] = []
        if let commit = SignedCommit(bytes) {
            precondition(commit.payload.count + (commit.signature?.count ?? 0) <= bytes.count + 1, "bytes were made up")
            precondition(SignedCommit.parents(in: bytes) == commit.parents, "two readings of the parents")
            shown.append(Escaped(commit.author).bare)
            if let signature = commit.signature { shown += envelope(signature, list: bytes, at: commit.committedAt) }
        }
        shown += envelope(bytes, list: bytes, at: Timestamp(secondsSinceEpoch: 0))
        if let list = OpenPGPList(bytes) {
            precondition(list.keys.count + list.revocations.count <= bytes.count, "keys were made up")
        }
        switch OpenPGPStatus(bytes) {
        case .good(let key): shown += [key.primary, Escaped(key.user).bare]
        case .signatureExpired(let user), .keyExpired(let user), .keyRevoked(let user), .bad(let user):
            shown.append(Escaped(user).bare)
        case .missing(let key), .early(let key): shown.append(Escaped(key).bare)
        case .unclear: break
        }
        return shown
    }

    private static func envelope(_ signature: [UInt8], list: [UInt8], at moment: Timestamp) -> [String] {
        if OpenPGPSignature.isOne(signature) { precondition(!SSHSignature.isOne(signature), "of two kinds at once") }
        guard let envelope = SSHSignature(armoured: signature) else { return [] }
        precondition(PublicKeyLine.isOne(envelope.keyLine.dropLast()), "a key that is no key")
        switch AllowedSigners(list).listing(of: envelope, at: moment) {
        case .absent, .otherUse: return [Escaped(envelope.namespace).bare]
        case .expired(let time), .early(let time): return [Escaped(envelope.namespace).bare, Escaped(time).bare]
        }
    }
}
