import StateSpec

@testable import Reconciler

/// Judges commits by a table.
struct FakeJudge: SignatureJudge {
    var demand = SignatureDemand.every
    /// Names of signers; what is not in it bears no signature.
    var signedBy: [ObjectID: String]
    /// What is wrong with a signature, by its signer and what the commit is judged as.
    var faults: [String: [CommitStanding: SignatureFault.Code]] = [:]
    /// A commit and what it follows from, newest first; nil where that cannot be told.
    let line: @Sendable (ObjectID) -> [ObjectID]?

    func judge(
        _ commit: ObjectID, as standing: CommitStanding
    ) async throws(DesiredSourceError) -> Result<CommitSigner, SignatureFault> {
        guard let name = signedBy[commit] else { return .failure(SignatureFault(.unsigned, "bears no signature")) }
        if let code = faults[name]?[standing] { return .failure(SignatureFault(code, "is signed by \(name)")) }
        return .success(CommitSigner(kind: .ssh, name: name, key: "SHA256:\(name)"))
    }

    func commits(
        from tip: ObjectID, without bases: [ObjectID], countMax: Int
    ) throws(DesiredSourceError) -> [ObjectID]? {
        guard let line = line(tip) else { throw DesiredSourceError("the history of \(tip.short) is cut off") }
        let known = Set(bases.flatMap { self.line($0) ?? [] })
        let commits = line.filter { !known.contains($0) }
        return commits.count > countMax ? nil : commits
    }
}
