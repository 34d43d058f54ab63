import GitSource
import Reconciler
import StateSpec
import Synchronization

/// The commits of a git repository; files that did not change between two loads are parsed once.
final class GitCommits: CommitRepository {
    private let repository: GitRepository
    private let mirror: Mirror?
    private let revision: String?
    private let branch: String?
    private let path: String
    private let fetchTimeout: Duration
    private let loader = Mutex(SpecLoader())
    private let clock: any ReconcilerClock

    /// - Parameter revision: a branch, tag or commit instead of the branch of the settings.
    init(_ settings: ControllerSettings, revision: String?, clock: any ReconcilerClock) throws {
        path = settings.path
        branch = settings.branch
        self.revision = revision
        fetchTimeout = .seconds(settings.fetchTimeout.count)
        self.clock = clock
        if let remote = settings.remote {
            let mirror = try Mirror(remote: remote, directory: settings.varDirectory + "/mirror.git")
            self.mirror = mirror
            repository = try mirror.open()
        } else if let directory = settings.repository {
            mirror = nil
            repository = try GitRepository(opening: directory)
        } else {
            throw SettingsError(
                "no repository is set: name one with --repo DIR, HAVIRT_REPO, or `repository:` in"
                    + " \(SettingsLoader.defaultFile)")
        }
    }

    func refresh() async -> [String] {
        guard let mirror else { return [] }
        let branch = branch ?? "main"
        do {
            try await mirror.fetch(branch: branch, deadline: fetchTimeout)
            return []
        } catch {
            let age = mirror.lastFetch.map { "its last fetch was at \($0), \(clock.now() - $0) ago" }
            return ["\(error); going on from the mirror: \(age ?? "it was never fetched")"]
        }
    }

    func tip() throws(DesiredSourceError) -> ObjectID {
        try translate { () throws(GitError) in
            if let revision { return try repository.resolve(revision).id }
            if let branch { return try repository.resolve("refs/heads/\(branch)").id }
            return try repository.resolve(mirror == nil ? "HEAD" : "refs/heads/main").id
        }
    }

    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad {
        let tree = try translate { () throws(GitError) in
            try repository.tree(at: commit, path: path, limits: SpecLimits())
        }
        let now = clock.now()
        return loader.withLock { $0.load(tree, now: now) }
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        try translate { () throws(GitError) in try repository.isDescendant(newer, of: older) }
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        try translate { () throws(GitError) in try repository.changedPaths(from: older, to: newer, path: path) }
    }

    private func translate<Value>(_ body: () throws(GitError) -> Value) throws(DesiredSourceError) -> Value {
        do throws(GitError) {
            return try body()
        } catch {
            throw DesiredSourceError(error.description)
        }
    }
}

/// Uncommitted files of a work tree, for `lint` and `plan` only: without a commit nothing is applied.
struct WorkTreeSource: DesiredSource {
    let root: String
    let path: String
    let clock: any ReconcilerClock

    func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit {
        let load = try read()
        guard let desired = load.state else {
            throw DesiredSourceError("the work tree \(root) cannot be used", findings: load.findings)
        }
        return LoadedCommit(desired: desired, commit: nil, findings: load.findings)
    }

    func read() throws(DesiredSourceError) -> SpecLoad {
        do throws(GitError) {
            var loader = SpecLoader()
            return loader.load(try WorkTree.tree(root: root, path: path, limits: SpecLimits()), now: clock.now())
        } catch {
            throw DesiredSourceError(error.description)
        }
    }
}
