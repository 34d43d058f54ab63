internal import StateSpec

extension BranchWriter {
    /// Commits edits on top of this writer's branch, as a new branch: nothing that is followed moves until somebody
    /// merges it.
    ///
    /// - Parameter edits: at least one, of different files.
    public func propose(_ edits: [FileEdit], message: String, as proposal: BranchName) async throws(CommitError) -> Made
    {
        do {
            switch place {
            case .local(let repository): return try await propose(edits, message, as: proposal, in: repository)
            case .mirror(let mirror, let deadline, _):
                _ = try await mirror.fetchUnlessEmpty(branch: branch, deadline: deadline)
                guard let repository = try mirror.opened() else { throw CommitError.neverFetched }
                let commit = try await commit(edits, message, in: repository)
                try await mirror.push(commit, to: proposal, deadline: deadline)
                return Made(commit: commit, isPending: false)
            }
        } catch let error as GitError {
            guard error.isMoved else { throw .git(error) }
            throw .exists(branch: proposal)
        } catch let error as MirrorError {
            throw .remote(error)
        } catch let error as CommitError {
            throw error
        } catch {
            throw .edit(path: edits.map(\.path).joined(separator: ", "), reason: "\(error)")
        }
    }

    private func propose(
        _ edits: [FileEdit], _ message: String, as proposal: BranchName, in repository: GitRepository
    ) async throws -> Made {
        let reference = "refs/heads/\(proposal)"
        if try repository.target(of: reference) != nil { throw CommitError.exists(branch: proposal) }
        let commit = try await commit(edits, message, in: repository)
        try repository.move(reference, from: nil, to: commit, reason: "havirt: proposed")
        return Made(commit: commit, isPending: false)
    }

    private func commit(_ edits: [FileEdit], _ message: String, in repository: GitRepository) async throws -> ObjectID {
        let tip = try repository.tip(of: branch)
        return try await repository.makeCommit(
            try changes(edits, tip, repository), on: tip, message: message, signing: signing)
    }
}
