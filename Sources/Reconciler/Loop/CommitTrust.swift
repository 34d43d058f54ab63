public import StateSpec

/// Finds out which commits may be read (rule S8).
public struct CommitTrust {
    /// Nil where no signatures are asked for.
    let judge: (any SignatureJudge)?

    /// How many commits are checked for one tip.
    static let commitsMax = 1_000

    /// What was found out about a tip.
    struct Verdict {
        /// The tip; nil where it must not be read.
        var readable: ReadableCommit?
        /// Why not.
        var findings: [Finding] = []
        /// What a person should know.
        var notes: [String] = []
    }

    init(_ judge: (any SignatureJudge)?) { self.judge = judge }

    /// By what a repository asks for.
    init(_ repository: any CommitRepository) {
        self.init(Guard.onlySignedCommitsAreRead.isOn ? repository.signatures : nil)
    }

    /// Judges the branch's tip.
    ///
    /// A commit that was applied is judged at its own date: that its key expires later must not stop rounds. That it was
    /// applied is the word of nodes, so as a base that needs no further look it counts only with a good signature: root
    /// on one node cannot plant one.
    func judge(tip: ObjectID, applied: [ObjectID]) async throws(DesiredSourceError) -> Verdict {
        guard let judge else { return Verdict(readable: ReadableCommit(tip, signer: nil)) }
        let standing: CommitStanding = applied.contains(tip) ? .applied : .new
        var verdict = Verdict()
        switch try await judge.judge(tip, as: standing) {
        case .failure(let fault):
            verdict.findings = [fault.finding(about: tip)]
            return verdict
        case .success(let signer): verdict.readable = ReadableCommit(tip, signer: signer)
        }
        guard judge.demand == .every, standing == .new else { return verdict }
        var bases: [ObjectID] = []
        for commit in applied {
            if case .success = try await judge.judge(commit, as: .applied) { bases.append(commit) }
        }
        guard !bases.isEmpty else {
            let isFirst = try judge.commits(from: tip, without: [], countMax: 1) != nil
            verdict.notes =
                isFirst
                ? []
                : [
                    "no commit with a good signature was applied before: that of \(tip.short) alone is checked, and it"
                        + " vouches for all that it follows from"
                ]
            return verdict
        }
        verdict.findings = try await Self.faults(from: tip, since: bases, judge)
        if !verdict.findings.isEmpty { verdict.readable = nil }
        return verdict
    }

    /// A commit that was applied, where it may still be read.
    func judge(applied commit: ObjectID) async throws(DesiredSourceError) -> Result<ReadableCommit, SignatureFault> {
        guard let judge else { return .success(ReadableCommit(commit, signer: nil)) }
        return try await judge.judge(commit, as: .applied).map { ReadableCommit(commit, signer: $0) }
    }

    /// A revision that is only looked at, and never applied, whatever its signature.
    func preview(_ commit: ObjectID) -> ReadableCommit { ReadableCommit(commit, signer: nil) }

    /// What is wrong with the signature of a commit that is to be applied; with a base, and where every commit has to be
    /// signed, also with those that the base does not follow from.
    public static func findings(
        of commit: ObjectID, since base: ObjectID?, _ judge: any SignatureJudge
    ) async throws(DesiredSourceError) -> [Finding] {
        var findings: [Finding] = []
        if case .failure(let fault) = try await judge.judge(commit, as: .new) {
            findings = [fault.finding(about: commit)]
        }
        guard judge.demand == .every, let base else { return findings }
        return findings + (try await faults(from: commit, since: [base], judge))
    }

    /// What is wrong with the commits between the bases and the tip; no more than a person reads.
    private static func faults(
        from tip: ObjectID, since bases: [ObjectID], _ judge: any SignatureJudge
    ) async throws(DesiredSourceError) -> [Finding] {
        guard let commits = try judge.commits(from: tip, without: bases, countMax: commitsMax) else {
            let fault = SignatureFault(
                .tooMany, "follows from more than \(commitsMax) commits that were not applied yet")
            return [fault.finding(about: tip)]
        }
        var findings: [Finding] = []
        for commit in commits where commit != tip {
            guard case .failure(let fault) = try await judge.judge(commit, as: .new) else { continue }
            findings.append(fault.finding(about: commit))
            if findings.count == 10 { break }
        }
        return findings
    }
}
