internal import CLibgit2
public import StateSpec
internal import Synchronization

extension GitRepository {
    /// How many commits are walked at most to tell what was applied already.
    private static let ancestorsMax = 1_000_000

    /// Has every object hashed again when it is read, for the whole process: then what was signed is what is read, also
    /// where somebody has written to the repository's files by hand.
    public static func demandHashes() {
        GitLibrary.started
        _ = havirt_git_verify_hashes(1)
    }

    /// A commit as it is stored, with its signature apart; nil where it is not written as git writes commits, or is too
    /// large.
    func signedCommit(_ commit: ObjectID) throws(GitError) -> SignedCommit? {
        try handles.withLock { (handles) throws(GitError) in
            guard let bytes = try handles.commitBytes(commit), let signed = SignedCommit(bytes) else { return nil }
            do throws(GitError) {
                return ObjectID(try handles.tree(of: commit)) == signed.tree ? signed : nil
            } catch {
                // What libgit2 cannot read is no commit of git's, either.
                return nil
            }
        }
    }

    /// All commits that `tip` is or follows from and that none of `bases` is or follows from; nil if there are more than
    /// `countMax`. Goes by the commits themselves, and by no index of them.
    public func commits(
        from tip: ObjectID, without bases: [ObjectID], countMax: Int
    ) throws(GitError) -> [ObjectID]? {
        try handles.withLock { (handles) throws(GitError) in
            let near = try handles.ancestors(of: [tip], stoppingAt: Set(bases), countMax: countMax)
            // Where every way back ends at the one base, nothing behind it was met.
            if let near, !near.metTheBeginning, bases.count == 1 { return near.commits }
            guard
                let known = try handles.ancestors(
                    of: bases, stoppingAt: [], countMax: Self.ancestorsMax, isCutOffAllowed: true)
            else {
                throw GitError.invalid(
                    "walk the history of commit \(tip.short)", "it has more than \(Self.ancestorsMax) commits")
            }
            return try handles.ancestors(of: [tip], stoppingAt: Set(known.commits), countMax: countMax)?.commits
        }
    }
}

extension GitRepository.Handles {
    /// The bytes of a commit object, which are those that its id was made of; nil where there are more of them than a
    /// commit may have, which is asked before they are inflated.
    fileprivate borrowing func commitBytes(_ commit: ObjectID) throws(GitError) -> [UInt8]? {
        let operation = "read commit \(commit.short)"
        var id = commit.raw
        let objects = objects.pointer
        var size = 0
        var type = GIT_OBJECT_ANY
        try git(operation) { git_odb_read_header(&size, &type, objects, &id) }
        guard size <= SignedCommit.bytesMax else { return nil }
        let object = try GitHandle<RawObjectKind>(operation) { git_odb_read($0, objects, &id) }
        let count = git_odb_object_size(object.pointer)
        guard git_odb_object_type(object.pointer) == GIT_OBJECT_COMMIT else {
            throw .invalid(operation, "it is no commit")
        }
        var hash = git_oid()
        try git(operation) { git_odb_hash(&hash, git_odb_object_data(object.pointer), count, GIT_OBJECT_COMMIT) }
        guard ObjectID(hash) == commit else {
            throw .invalid(operation, "what is stored under this id is something else", hint: "git fsck says more")
        }
        return Array(UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: count))
    }

    /// Commits and what they follow from, each once; nil if there are more than `countMax`.
    ///
    /// - Parameter isCutOffAllowed: whether what lies beyond the end of a shallow clone may be left out.
    fileprivate borrowing func ancestors(
        of starts: [ObjectID], stoppingAt ends: Set<ObjectID>, countMax: Int, isCutOffAllowed: Bool = false
    ) throws(GitError) -> (commits: [ObjectID], metTheBeginning: Bool)? {
        var commits: [ObjectID] = []
        var seen = ends
        var waiting = Array(starts.reversed())
        var metTheBeginning = false
        while let commit = waiting.popLast() {
            guard seen.insert(commit).inserted else { continue }
            var id = commit.raw
            guard git_odb_exists(objects.pointer, &id) == 1 else {
                if isCutOffAllowed { continue }
                throw .notFound(
                    "walk the history", "commit \(commit.short) is not there",
                    hint: "in a shallow clone: git fetch --unshallow")
            }
            commits.append(commit)
            if commits.count > countMax { return nil }
            // One that is too large ends the way, as if nothing came before it. That is no way around a signature: it
            // is in the list itself, where it is judged, or behind a base, where less counts as known.
            let parents = try commitBytes(commit).map { SignedCommit.parents(in: $0) } ?? []
            if parents.isEmpty { metTheBeginning = true }
            waiting += parents.reversed()
        }
        return (commits, metTheBeginning)
    }
}
