import GitSource
import Reconciler
import StateSpec

extension GitCommits {
    /// Who judges signatures; nil where `havirt.conf` asks for none.
    var signatures: (any SignatureJudge)? {
        guard let signers, let verifier else { return nil }
        return CommitSignatures(demand: signers.demand, verifier: verifier, commits: self)
    }

    /// How commits that are made here are signed.
    var signing: CommitSigning {
        guard let verifier else { return .asGitSays }
        return .demanded(
            base: { [self] commit, repository throws(GitError) in
                // What this run has read was judged, maybe as a commit that was applied before its key expired.
                if hasRead(commit) { return }
                let fault = try await Self.fault(of: commit, repository, verifier)
                guard let fault else { return }
                throw GitError(
                    refusing: "build on commit \(commit.short)", "it \(fault.message)", hint: fault.hint)
            },
            made: { commit, repository throws(GitError) in
                guard let fault = try await Self.fault(of: commit, repository, verifier) else { return }
                throw GitError(
                    refusing: "publish the commit", "every havirt would refuse it: it \(fault.message)",
                    hint: "git's user.signingkey and gpg.format say with which key it signs; the signers in havirt.conf"
                        + " say whose are good")
            })
    }

    private static func fault(
        of commit: ObjectID, _ repository: GitRepository, _ verifier: SignatureVerifier
    ) async throws(GitError) -> SignatureFault? {
        do throws(DesiredSourceError) {
            let verdict = try await verifier.judge(commit, in: repository, as: .new)
            if case .failure(let fault) = verdict { return fault }
            return nil
        } catch {
            throw GitError(refusing: "check commit \(commit.short)", "\(error)", hint: nil)
        }
    }

    /// What is wrong with the signatures of a commit; of all commits that `base` does not follow from, where every one
    /// has to be signed and there is a base.
    func signatureFindings(of commit: ObjectID, since base: ObjectID?) async throws(DesiredSourceError) -> [Finding] {
        guard let signatures else { return [] }
        return try await CommitTrust.findings(of: commit, since: base, signatures)
    }
}

/// Judges commits of a repository by the lists of `havirt.conf`.
private struct CommitSignatures: SignatureJudge {
    let demand: SignatureDemand
    let verifier: SignatureVerifier
    let commits: GitCommits

    func judge(
        _ commit: ObjectID, as standing: CommitStanding
    ) async throws(DesiredSourceError) -> Result<CommitSigner, SignatureFault> {
        let repository = try commits.translate { repository throws(GitError) in repository }
        return try await verifier.judge(commit, in: repository, as: standing)
    }

    func commits(
        from tip: ObjectID, without bases: [ObjectID], countMax: Int
    ) throws(DesiredSourceError) -> [ObjectID]? {
        try commits.translate { repository throws(GitError) in
            try repository.commits(from: tip, without: bases, countMax: countMax)
        }
    }
}
