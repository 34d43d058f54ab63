internal import CLibgit2
internal import ChildProcess
internal import StateSpec
internal import Synchronization

extension GitRepository {
    /// Somebody may have to type a passphrase, or touch a key.
    private static let deadline = Duration.seconds(120)
    /// What an agent needs to ask for a passphrase, beside what every child gets.
    private static let inherited =
        ChildEnvironment.inheritedNames + [
            "GPG_TTY", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SSH_ASKPASS",
            "SSH_ASKPASS_REQUIRE",
        ]

    /// What a commit object is made of.
    struct Draft {
        let tree: ObjectID
        let parents: [ObjectID]
        let message: String
    }

    /// Writes a commit object, signed where git or the controller says so. No branch moves.
    func write(_ draft: Draft, _ signing: CommitSigning) async throws(GitError) -> ObjectID {
        switch signing {
        case .asGitSays:
            if try isSigned(by: signing) { return try await sign(draft) }
            return try handles.withLock { (handles) throws(GitError) in
                try handles.commit(draft.tree.raw, parents: draft.parents, message: draft.message)
            }
        case .demanded(let checkBase, let checkMade):
            for parent in draft.parents { try await checkBase(parent, self) }
            let commit = try await sign(draft)
            try await checkMade(commit, self)
            return commit
        }
    }

    /// Whether commits are signed, by the controller's settings or by git's.
    func isSigned(by signing: CommitSigning) throws(GitError) -> Bool {
        if case .demanded = signing { return true }
        return try handles.withLock { (handles) throws(GitError) in try handles.signsCommits() }
    }

    private func sign(_ draft: Draft) async throws(GitError) -> ObjectID {
        let commit = try await haveSigned(draft)
        guard let made = try signedCommit(commit), made.signature != nil, made.tree == draft.tree,
            made.parents == draft.parents
        else { throw .invalid("sign a commit", "git has made another commit than it was asked for") }
        return commit
    }

    private func haveSigned(_ draft: Draft) async throws(GitError) -> ObjectID {
        let operation = "sign a commit"
        let hint =
            "git signs with user.signingkey and gpg.format: try git commit --allow-empty -S in a clone; a passphrase has"
            + " to be known to an agent"
        let (name, address) = try handles.withLock { (handles) throws(GitError) in try handles.identity() }
        let settings = ["-c", "i18n.commitEncoding=UTF-8", "--git-dir=\(gitDirectory)"]
        let parents = draft.parents.flatMap { ["-p", $0.text] }
        var request = ChildRequest(
            executable: "git", arguments: settings + ["commit-tree", "-S"] + parents + [draft.tree.text],
            environment: [
                "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_NAME": name,
                "GIT_COMMITTER_EMAIL": address, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0",
            ],
            input: Array(draft.message.utf8), deadline: Self.deadline, outputBytesMax: 4_096)
        request.inherits = Self.inherited
        let result: ChildResult
        do throws(ChildError) {
            result = try await runChild(request)
        } catch {
            throw .invalid(operation, error.description, hint: hint)
        }
        let output = String(decoding: result.output, as: UTF8.self)
        guard result.exit == .code(0), let commit = ObjectID(String(output.prefix { $0 != "\n" })) else {
            let lines = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
            let words = lines.prefix(6).joined(separator: "; ")
            throw .invalid(operation, words.isEmpty ? "git ended with \(result.exit)" : words, hint: hint)
        }
        return commit
    }
}

extension GitRepository.Handles {
    /// Whether git's settings ask for signed commits.
    fileprivate borrowing func signsCommits() throws(GitError) -> Bool {
        let repository = repository.pointer
        let settings = try GitHandle<ConfigKind>("read git's settings") {
            git_repository_config_snapshot($0, repository)
        }
        var isOn: Int32 = 0
        let code = git_config_get_bool(&isOn, settings.pointer, "commit.gpgsign")
        if code == GIT_ENOTFOUND.rawValue { return false }
        try git("read git's setting commit.gpgsign") { code }
        return isOn == 1
    }

    /// Name and address of whoever commits here.
    borrowing func identity() throws(GitError) -> (name: String, address: String) {
        let signature = try signature()
        defer { git_signature_free(signature) }
        return (String(cString: signature.pointee.name), String(cString: signature.pointee.email))
    }
}
