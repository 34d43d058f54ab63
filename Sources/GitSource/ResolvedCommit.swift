internal import CLibgit2
public import StateSpec
internal import Synchronization

/// The commit that a revision stands for, fixed once so that a push in the middle of a round changes nothing.
public struct ResolvedCommit: Hashable, Sendable {
    /// The commit.
    public let id: ObjectID
    /// The branch that was named, or that HEAD stands on; nil when a tag or an id was named.
    public let branch: String?
    /// First line of the message, raw: escape it before it is shown.
    public let summary: String
    /// "Name <address>" of the author, raw: escape it before it is shown.
    public let author: String
    /// When it was committed.
    public let time: Timestamp
}

extension GitRepository {
    /// Finds the commit of a branch, a tag (annotated or not), a full or abbreviated id, or an expression such as
    /// `HEAD~1`. A branch goes before a tag of the same name, since branches are what havirt follows.
    public func resolve(_ revision: String) throws(GitError) -> ResolvedCommit {
        let operation = "find \(Escaped(revision)) in \(Escaped(gitDirectory))"
        // `:` would name a file or search messages, `@{` ask the reflog: neither is a commit that others see, too.
        if revision.isEmpty || revision.hasPrefix("-") || revision.contains(":") || revision.contains("@{")
            || Escaped(revision, charactersMax: 1_024).bare != revision
        {
            throw .invalid(operation, "that is no branch, tag or commit id")
        }
        return try handles.withLock { (handles) throws(GitError) in
            do throws(GitError) {
                return try Self.resolve(revision, operation, handles)
            } catch {
                throw try Self.explain(error, handles)
            }
        }
    }

    private static func resolve(
        _ revision: String, _ operation: String, _ handles: borrowing Handles
    ) throws(GitError) -> ResolvedCommit {
        let repository = handles.repository.pointer
        if let id = ObjectID(revision) {
            var raw = id.raw
            let object = try GitHandle<ObjectKind>(operation) {
                git_object_lookup($0, repository, &raw, GIT_OBJECT_ANY)
            }
            return try describe(object, operation, branch: nil)
        }
        // A whole name is meant as it stands: whoever may push any branch or tag could call it HEAD, or refs/heads/main.
        let hasSuffix = revision.contains { $0 == "~" || $0 == "^" }
        if revision == "HEAD" || revision.hasPrefix("refs/") && !hasSuffix {
            let reference = try GitHandle<ReferenceKind>(operation) { git_reference_lookup($0, repository, revision) }
            return try describe(reference, operation)
        }
        for prefix in ["refs/heads/", "refs/tags/"] {
            if let reference = try reference(prefix + revision, operation, handles) {
                return try describe(reference, operation)
            }
        }
        // libgit2 would take the base of `main~1` for a tag before it takes it for a branch.
        var expression = revision
        if let suffix = revision.firstIndex(where: { $0 == "~" || $0 == "^" }), suffix != revision.startIndex {
            let base = try resolve(String(revision[..<suffix]), operation, handles)
            expression = base.id.text + revision[suffix...]
        }
        let object = try GitHandle<ObjectKind>(operation) { git_revparse_single($0, repository, expression) }
        return try describe(object, operation, branch: nil)
    }

    /// Nil when there is no reference of that name, or the text cannot be a name.
    private static func reference(
        _ name: String, _ operation: String, _ handles: borrowing Handles
    ) throws(GitError) -> GitHandle<ReferenceKind>? {
        var pointer: OpaquePointer?
        let code = git_reference_lookup(&pointer, handles.repository.pointer, name)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
        return try GitHandle(operation) {
            $0.pointee = pointer
            return code
        }
    }

    private static func describe(
        _ reference: borrowing GitHandle<ReferenceKind>, _ operation: String
    ) throws(GitError) -> ResolvedCommit {
        let named = reference.pointer
        let object = try GitHandle<ObjectKind>(operation) { git_reference_peel($0, named, GIT_OBJECT_COMMIT) }
        let target = git_reference_symbolic_target(named) ?? git_reference_name(named)
        return try describe(object, operation, branch: target.flatMap { BranchNames.short(String(cString: $0)) })
    }

    private static func describe(
        _ object: borrowing GitHandle<ObjectKind>, _ operation: String, branch: String?
    ) throws(GitError) -> ResolvedCommit {
        let named = object.pointer
        let commit = try GitHandle<ObjectKind>(operation) { git_object_peel($0, named, GIT_OBJECT_COMMIT) }
        guard let id = git_commit_id(commit.pointer), let author = git_commit_author(commit.pointer) else {
            preconditionFailure("a commit has an id and an author")
        }
        let message = git_commit_message(commit.pointer).map { String(cString: $0) } ?? ""
        let name = author.pointee.name.map { String(cString: $0) } ?? ""
        let address = author.pointee.email.map { String(cString: $0) } ?? ""
        return ResolvedCommit(
            id: ObjectID(id.pointee), branch: branch,
            summary: String(message.prefix { !$0.isNewline }), author: "\(name) <\(address)>",
            time: Timestamp(secondsSinceEpoch: git_commit_time(commit.pointer)))
    }

    /// Says what there is instead.
    private static func explain(_ error: GitError, _ handles: borrowing Handles) throws(GitError) -> GitError {
        switch error.code {
        case GIT_EAMBIGUOUS.rawValue:
            return error.with(hint: "give more digits of the commit id")
        case GIT_ENOTFOUND.rawValue, GIT_EUNBORNBRANCH.rawValue:
            let known = try BranchNames.all(handles)
            if known.isEmpty { return error.with(hint: "the repository has no branch with a commit yet") }
            let shown = known.prefix(10).map { Escaped($0).bare }.joined(separator: ", ")
            return error.with(hint: "known branches are \(shown)" + (known.count > 10 ? ", …" : ""))
        default:
            return error
        }
    }
}
