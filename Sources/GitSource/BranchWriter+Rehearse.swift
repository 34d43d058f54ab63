internal import StateSpec

extension BranchWriter {
    /// Has a commit of these edits signed that nobody will see, where commits are signed at all: for a verb that acts
    /// first, and cannot take back what it did when its commit comes to nothing.
    public func rehearse(_ edits: [FileEdit], message: String) async throws(CommitError) {
        do {
            let repository: GitRepository
            switch place {
            case .local(let local): repository = local
            case .mirror(let mirror, _, _):
                guard let mirrored = try mirror.opened() else { throw CommitError.neverFetched }
                repository = mirrored
            }
            guard try repository.isSigned(by: signing) else { return }
            let tip = try newest(in: repository)
            _ = try await repository.makeCommit(
                try changes(edits, tip, repository), on: tip, message: message, signing: signing)
        } catch let error as GitError {
            throw .git(error)
        } catch let error as CommitError {
            throw error
        } catch {
            throw .edit(path: edits.map(\.path).joined(separator: ", "), reason: "\(error)")
        }
    }

    /// What waits to be pushed, or the branch's tip.
    private func newest(in repository: GitRepository) throws -> ObjectID? {
        guard case .mirror = place else { return try repository.tip(of: branch) }
        return try repository.target(of: Mirror.pendingReference(branch)) ?? repository.tip(of: branch)
    }
}
