public import StateSpec

/// Of which commits a signature is asked.
public enum SignatureDemand: String, CaseIterable, Sendable {
    /// Of every commit since the last applied one.
    case every
    /// Of the branch's tip, which vouches for all that it follows from.
    case tip
}

/// As what a commit is judged.
public enum CommitStanding: Hashable, Sendable {
    /// To be applied: its key must be valid now, and at the commit's own date.
    case new
    /// Applied before: its key must have been valid at the commit's own date, and not be revoked, whenever that was.
    case applied
}

/// Judges commits by the controller's own list of signers.
public protocol SignatureJudge: Sendable {
    /// Of which commits a signature is asked.
    var demand: SignatureDemand { get }
    /// Who signed a commit. Throws where that cannot be found out, which says nothing about the commit.
    func judge(
        _ commit: ObjectID, as standing: CommitStanding
    ) async throws(DesiredSourceError) -> Result<CommitSigner, SignatureFault>
    /// All commits that `tip` is or follows from and that none of `bases` is or follows from, by what stands in the
    /// commits themselves; nil if there are more than `countMax`.
    func commits(
        from tip: ObjectID, without bases: [ObjectID], countMax: Int
    ) throws(DesiredSourceError) -> [ObjectID]?
}
