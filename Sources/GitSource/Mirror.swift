internal import ChildProcess
internal import Glibc
public import StateSpec

/// A bare copy of a remote repository under havirt's own directory, kept up to date by the operator's `git` with its ssh
/// configuration and credentials. `GitRepository(opening: mirror.directory)` reads it.
public struct Mirror: Sendable {
    /// Where it is fetched from.
    public let remote: RemoteURL
    /// The bare repository; made by the first fetch, readable by its owner alone.
    public let directory: String

    /// A mirror; touches nothing yet.
    public init(of remote: RemoteURL, in directory: String) {
        self.remote = remote
        self.directory = directory
    }

    /// When `branch` was last fetched from this remote; nil if never.
    public func lastFetch(of branch: BranchName) -> Timestamp? {
        MirrorRecord(self, branch).moment
    }

    /// Brings `branch` up to date and says when. A branch that was rewound on the remote is rewound here, too: whether to
    /// follow is the caller's decision, by `isDescendant`.
    ///
    /// Two fetches into one directory, also by two processes, go one after the other; the wait counts to the deadline.
    public func fetch(branch: BranchName, deadline: Duration) async throws(MirrorError) -> Timestamp {
        let until = ContinuousClock.now + deadline
        let record = MirrorRecord(self, branch)
        let lock = try MirrorLock.prepare(directory)
        while !lock.take() {
            if ContinuousClock.now >= until {
                throw .deadlinePassed(after: deadline, lastFetch: record.moment)
            }
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw .cancelled
            }
        }
        // The last thing that git init makes: one that was killed half-way is made again, which git allows.
        if access(directory + "/objects/info", F_OK) != 0 {
            try await run(initialise(branch), until, deadline, record)
        }
        try await run(fetch(branch), until, deadline, record)
        return try record.set()
    }

    /// Offers a commit to the remote as the new tip of `branch`; never forces. Why it was not taken, git only tells
    /// people: fetch afterwards to see what the remote has.
    public func push(_ commit: ObjectID, to branch: BranchName, deadline: Duration) async throws(MirrorError) {
        do throws(MirrorError) {
            try await run(push(commit, branch), .now + deadline, deadline, MirrorRecord(self, branch))
        } catch {
            switch error {
            case .fetchFailed(let message, _): throw .pushFailed(message: message)
            case .deadlinePassed: throw .pushFailed(message: "no answer within \(deadline)")
            case .refused, .cannotPrepare, .pushFailed, .notSigned, .cancelled: throw error
            }
        }
    }

    private func push(_ commit: ObjectID, _ branch: BranchName) -> [String] {
        let settings = ["core.hooksPath=/dev/null", "push.followTags=false", "push.recurseSubmodules=no"]
        return settings.flatMap { ["-c", $0] } + [
            "--git-dir=\(directory)", "push", "--no-force", "--quiet", "--no-progress", "--", remote.text,
            "\(commit):refs/heads/\(branch)",
        ]
    }

    private func initialise(_ branch: BranchName) -> [String] {
        // An empty template: none of the operator's hooks or samples belongs in here.
        ["init", "--bare", "--quiet", "--template=", "--initial-branch=\(branch)", "--", directory]
    }

    private func fetch(_ branch: BranchName) -> [String] {
        // gc runs within the fetch and its deadline, not behind it, and never drops a commit that a rewind left behind:
        // rounds go on from the last good one.
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.autoDetach=false",
            "maintenance.autoDetach=false", "gc.pruneExpire=never", "fetch.recurseSubmodules=false",
        ]
        return settings.flatMap { ["-c", $0] } + [
            "--git-dir=\(directory)", "fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
            "--quiet", "--no-progress", "--", remote.text, "+refs/heads/\(branch):refs/heads/\(branch)",
        ]
    }

    private func run(
        _ arguments: [String], _ until: ContinuousClock.Instant, _ deadline: Duration, _ record: MirrorRecord
    ) async throws(MirrorError) {
        let result = try await result(arguments, until, deadline, record)
        guard result.exit == .code(0) else {
            throw .fetchFailed(message: Self.message(result), lastFetch: record.moment)
        }
    }

    /// What git left behind, whatever its exit status.
    func result(
        _ arguments: [String], _ until: ContinuousClock.Instant, _ deadline: Duration, _ record: MirrorRecord
    ) async throws(MirrorError) -> ChildResult {
        // No terminal to ask at: the child has a session of its own, and git and ssh fail instead of waiting.
        let environment = ["GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "ssh:https:file"]
        let request = ChildRequest(
            executable: "git", arguments: arguments, environment: environment, deadline: until - .now,
            outputBytesMax: 1 << 20)
        do throws(ChildError) {
            return try await runChild(request)
        } catch {
            switch error {
            case .deadlinePassed: throw .deadlinePassed(after: deadline, lastFetch: record.moment)
            case .cancelled: throw .cancelled
            case .cannotStart, .outputTooLarge, .ended:
                throw .fetchFailed(message: error.description, lastFetch: record.moment)
            }
        }
    }

    /// git's own words on one line, escaped and bounded.
    private static func message(_ result: ChildResult) -> String {
        let lines = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
        let text = lines.prefix(12).joined(separator: "; ")
        return Escaped(text.isEmpty ? "git ended with \(result.exit)" : text, charactersMax: 1_000).bare
    }
}
