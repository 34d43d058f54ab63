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
        return .demanded { commit, repository throws(GitError) in
            try await Self.demand(commit, repository, verifier)
        }
    }

    private static func demand(
        _ commit: ObjectID, _ repository: GitRepository, _ verifier: SignatureVerifier
    ) async throws(GitError) {
        let verdict: Result<CommitSigner, SignatureFault>
        do throws(DesiredSourceError) {
            verdict = try await verifier.judge(commit, in: repository, as: .new)
        } catch {
            throw GitError(refusing: "publish the commit", "\(error)", hint: nil)
        }
        guard case .failure(let fault) = verdict else { return }
        throw GitError(
            refusing: "publish the commit", "every havirt would refuse it: it \(fault.message)",
            hint: "sign with a key that is among the signers: git's user.signingkey and gpg.format say with which")
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
