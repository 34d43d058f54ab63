public import StateSpec

/// Whether commits that are made here are signed. That is done by the operator's own git, with its settings:
/// `user.signingkey`, `gpg.format`, `gpg.program` and the like.
public enum CommitSigning: Sendable {
    /// Where git's own `commit.gpgsign` says so.
    case asGitSays
    /// Each of them, and none is published before `by` has found its signature good: what all havirts would refuse is
    /// never pushed.
    case demanded(by: @Sendable (ObjectID, GitRepository) async throws(GitError) -> Void)

    var isDemanded: Bool { if case .demanded = self { true } else { false } }
}
