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

    /// Judges the branch's tip, or a commit that was applied and may have to be gone on from.
    ///
    /// A commit that was applied is judged at its own date: that its key expires later must not stop rounds. That it was
    /// applied is the word of nodes, and buys nothing but that: see `bases`.
    func judge(tip: ObjectID, applied: [AppliedCommit]) async throws(DesiredSourceError) -> Verdict {
        guard let judge else { return Verdict(readable: ReadableCommit(tip, signer: nil)) }
        let standing: CommitStanding = applied.contains { $0.commit == tip } ? .applied : .new
        var verdict = Verdict()
        switch try await judge.judge(tip, as: standing) {
        case .failure(let fault):
            verdict.findings = [fault.finding(about: tip)]
            return verdict
        case .success(let signer): verdict.readable = ReadableCommit(tip, signer: signer)
        }
        guard judge.demand == .every else { return verdict }
        var good: [AppliedCommit] = []
        for known in applied {
            if case .success = try await judge.judge(known.commit, as: .applied) { good.append(known) }
        }
        let bases = try Self.bases(good, judge)
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
        for base in bases where verdict.findings.isEmpty {
            verdict.findings = try await Self.faults(from: tip, since: base, judge, applied: good.map(\.commit))
        }
        if !verdict.findings.isEmpty { verdict.readable = nil }
        return verdict
    }

    /// The applied commits from each of which on all commits have to be signed.
    ///
    /// Root on one node can call any commit applied, for one that somebody else has signed on top of what nobody did. So
    /// it is the one that most nodes name; where they do not agree, each that is not already part of another's past.
    private static func bases(
        _ good: [AppliedCommit], _ judge: any SignatureJudge
    ) throws(DesiredSourceError) -> [ObjectID] {
        if let common = good.first(where: \.isCommon) { return [common.commit] }
        let all = good.map(\.commit)
        var oldest: [ObjectID] = []
        for commit in all {
            var hasOlder = false
            for other in all where other != commit && !hasOlder { hasOlder = try follows(commit, from: other, judge) }
            if !hasOlder { oldest.append(commit) }
        }
        return oldest
    }

    private static func follows(
        _ newer: ObjectID, from older: ObjectID, _ judge: any SignatureJudge
    ) throws(DesiredSourceError) -> Bool {
        try judge.commits(from: older, without: [newer], countMax: 1)?.isEmpty == true
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
        return findings + (try await faults(from: commit, since: base, judge, applied: []))
    }

    /// What is wrong with the commits between a base and the tip; no more than a person reads.
    ///
    /// - Parameter applied: of those, and of what they follow from, a key may have expired since.
    private static func faults(
        from tip: ObjectID, since base: ObjectID, _ judge: any SignatureJudge, applied: [ObjectID]
    ) async throws(DesiredSourceError) -> [Finding] {
        guard let commits = try judge.commits(from: tip, without: [base], countMax: commitsMax) else {
            let fault = SignatureFault(
                .tooMany, "follows from more than \(commitsMax) commits that were not applied yet")
            return [fault.finding(about: tip)]
        }
        var findings: [Finding] = []
        for commit in commits where commit != tip {
            guard case .failure(let fault) = try await judge.judge(commit, as: .new) else { continue }
            var wasApplied = false
            for known in applied where !wasApplied { wasApplied = try follows(known, from: commit, judge) }
            if wasApplied, case .success = try await judge.judge(commit, as: .applied) { continue }
            findings.append(fault.finding(about: commit))
            if findings.count == 10 { break }
        }
        return findings
    }
}
