public import StateSpec

/// Whether commits that are made here are signed. That is done by the operator's own git, with its settings:
/// `user.signingkey`, `gpg.format`, `gpg.program` and the like.
public enum CommitSigning: Sendable {
    /// Throws where a commit must not be built on, or not be published.
    public typealias Check = @Sendable (ObjectID, GitRepository) async throws(GitError) -> Void

    /// Where git's own `commit.gpgsign` says so.
    case asGitSays
    /// Each of them. What it follows from is checked first: a signature vouches for that, too, and nobody shall get one
    /// by pushing before us. And none is published before its own signature was checked: what all havirts would refuse
    /// is never pushed.
    case demanded(base: Check, made: Check)
}
