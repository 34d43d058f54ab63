public import StateSpec

/// Commits edits of files on a branch: of a repository on this machine, or of a remote, by way of its mirror.
public struct BranchWriter: Sendable {
    /// Where the branch is.
    public enum Place: Sendable {
        /// A work tree or a bare repository.
        case local(GitRepository)
        /// A remote: the commit is pushed by the operator's own git, unless that is put off.
        case mirror(Mirror, deadline: Duration, isOffline: Bool)
    }

    /// A commit that was made.
    public struct Made: Equatable, Sendable {
        /// The commit.
        public let commit: ObjectID
        /// Whether it waits on this machine to be pushed.
        public let isPending: Bool
    }

    let place: Place
    let branch: BranchName
    let signing: CommitSigning
    /// How often an edit is applied again because somebody else's commit came first.
    static let attemptsMax = 5

    /// A writer of one branch.
    public init(_ place: Place, branch: BranchName, signing: CommitSigning = .asGitSays) {
        self.place = place
        self.branch = branch
        self.signing = signing
    }

    /// Applies edits to the branch's tip, or to nothing where it has no commit yet, and makes one commit of them; again,
    /// on the new tip, when the branch has moved meanwhile.
    ///
    /// - Parameter edits: at least one, of different files.
    public func commit(_ edits: [FileEdit], message: String) async throws(CommitError) -> Made {
        for _ in 0..<Self.attemptsMax {
            do {
                if let made = try await attempt(edits, message) { return made }
            } catch let error as GitError {
                if !error.isMoved { throw .git(error) }
            } catch let error as MirrorError {
                throw .remote(error)
            } catch let error as CommitError {
                throw error
            } catch {
                throw .edit(path: edits.map(\.path).joined(separator: ", "), reason: "\(error)")
            }
        }
        throw .moving(branch: branch, attempts: Self.attemptsMax)
    }

    /// Nil when somebody else's commit came first.
    private func attempt(_ edits: [FileEdit], _ message: String) async throws -> Made? {
        switch place {
        case .local(let repository):
            let tip = try repository.tip(of: branch)
            let changes = try changes(edits, tip, repository)
            let commit = try await repository.commit(
                changes, on: branch, parent: tip, message: message, signing: signing)
            return Made(commit: commit, isPending: false)
        case .mirror(let mirror, _, isOffline: true): return try await keep(edits, message, in: mirror)
        case .mirror(let mirror, let deadline, isOffline: false):
            return try await push(edits, message, by: mirror, deadline)
        }
    }

    /// Commits on what waits already, or on what was fetched last.
    private func keep(_ edits: [FileEdit], _ message: String, in mirror: Mirror) async throws -> Made {
        guard let repository = try mirror.opened() else { throw CommitError.neverFetched }
        let reference = Mirror.pendingReference(branch)
        let pending = try repository.target(of: reference)
        // What waits is merged with what the remote has, which needs a commit that both have.
        guard let tip = try pending ?? repository.target(of: "refs/heads/\(branch)") else {
            throw CommitError.neverFetched
        }
        let commit = try await repository.makeCommit(
            try changes(edits, tip, repository), on: tip, message: message, signing: signing)
        try repository.move(reference, from: pending, to: commit, reason: "havirt: to be pushed")
        return Made(commit: commit, isPending: true)
    }

    private func push(
        _ edits: [FileEdit], _ message: String, by mirror: Mirror, _ deadline: Duration
    ) async throws -> Made? {
        let isFirst = try await mirror.fetchUnlessEmpty(branch: branch, deadline: deadline) == .isEmpty
        switch try await mirror.settlePending(of: branch, deadline: deadline, signing: signing) {
        case .none, .pushed: break
        case .clash(let pending, let paths): throw CommitError.clash(pending: pending, paths: paths, mirror, branch)
        case .failed(_, let error): throw error
        }
        guard let repository = try mirror.opened() else { throw CommitError.neverFetched }
        let tip = isFirst ? nil : try repository.tip(of: branch)
        let commit = try await repository.makeCommit(
            try changes(edits, tip, repository), on: tip, message: message, signing: signing)
        var refusal: MirrorError?
        do throws(MirrorError) {
            try await mirror.push(commit, to: branch, deadline: deadline)
        } catch {
            refusal = error
        }
        // Only what the remote has now tells a lost answer, somebody else's commit and a refusal apart.
        if try await mirror.fetchUnlessEmpty(branch: branch, deadline: deadline) == .isEmpty {
            throw refusal ?? MirrorError.pushFailed(message: "the remote took the commit and has no branch \(branch)")
        }
        let now = try repository.tip(of: branch)
        if let now, try repository.isDescendant(now, of: commit) { return Made(commit: commit, isPending: false) }
        if let refusal, now == tip { throw refusal }
        return nil
    }

    /// What the edits make of a commit's files, or of none.
    func changes(
        _ edits: [FileEdit], _ tip: ObjectID?, _ repository: GitRepository
    ) throws -> [FileChange] {
        try edits.map { edit in
            let old = try tip.flatMap { tip in try repository.contents(of: edit.path, at: tip) }
            do {
                return FileChange(path: edit.path, bytes: try edit.apply(old))
            } catch {
                throw CommitError.edit(path: edit.path, reason: "\(error)")
            }
        }
    }
}

/// Why nothing was committed.
public enum CommitError: Error, CustomStringConvertible {
    /// The repository cannot be written to, or the edit would run over somebody's work.
    case git(GitError)
    /// The remote could not be reached, or did not take the commit.
    case remote(MirrorError)
    /// The edit makes no sense on the branch's tip.
    case edit(path: String, reason: String)
    /// Somebody else's commit came first, again and again.
    case moving(branch: BranchName, attempts: Int)
    /// The branch that was to be made is there already.
    case exists(branch: BranchName)
    /// There is no mirror to commit to.
    case neverFetched
    /// What was committed offline before clashes with the remote's tip.
    case clash(pending: ObjectID, paths: [String], Mirror, BranchName)

    /// One line, safe to print, with what to do.
    public var description: String {
        switch self {
        case .git(let error): error.description
        case .remote(let error): error.description
        case .edit(let path, let reason): "\(Escaped(path)) is not changed: \(reason)"
        case .moving(let branch, let attempts):
            "branch \(branch) moved \(attempts) times while this was committed: try again"
        case .exists(let branch): "branch \(branch) is there already: name another, or delete it"
        case .neverFetched: "the remote was never fetched, so there is nothing to commit on"
        case .clash(let pending, let paths, let mirror, let branch): mirror.clash(pending, paths, branch)
        }
    }
}

extension Mirror {
    /// How a clash is told and settled: one line, safe to print.
    public func clash(_ pending: ObjectID, _ paths: [String], _ branch: BranchName) -> String {
        let shown = paths.prefix(5).map { Escaped($0).bare }.joined(separator: ", ")
        return "commit \(pending.short), made while the repository was out of reach, clashes with its tip in \(shown):"
            + " in a clone, git fetch \(Escaped(directory).bare) \(Self.pendingReference(branch)) && git merge"
            + " FETCH_HEAD, settle it, and push"
    }
}
