public import StateSpec

/// A commit whose files may be read as wishes (rule S8). Only `CommitTrust` makes one: once the signature was found
/// good, or where none is asked for.
public struct ReadableCommit: Hashable, Sendable {
    /// The commit.
    public let id: ObjectID
    /// Who signed it; nil where no signature is asked for, or where another commit vouches for it.
    public let signer: CommitSigner?

    init(_ id: ObjectID, signer: CommitSigner?) {
        self.id = id
        self.signer = signer
    }

    /// A commit from which this one follows: whoever signed this one has built on it.
    func vouching(forAncestor ancestor: ObjectID) -> ReadableCommit { ReadableCommit(ancestor, signer: nil) }
}
