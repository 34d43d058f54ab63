import GitSource
import Reconciler
import StateSpec
import Synchronization

/// The commits of a git repository; files that did not change between two loads are parsed once.
final class GitCommits: CommitRepository {
    private let place: Place
    private let revision: String?
    private let path: String
    private let fetchTimeout: Duration
    private let clock: any ReconcilerClock
    private let loader = Mutex(SpecLoader())
    private let opened = Mutex<GitRepository?>(nil)

    /// Where the repository is.
    private enum Place {
        /// A work tree or a bare repository; the branch that is checked out where none is named.
        case local(directory: String, branch: BranchName?)
        /// A mirror, which exists once it was fetched.
        case mirror(Mirror, branch: BranchName)
    }

    /// - Parameter revision: a branch, tag or commit instead of the branch of the settings.
    init(_ settings: ControllerSettings, revision: String?, clock: any ReconcilerClock) throws {
        path = settings.path
        self.revision = revision
        fetchTimeout = .seconds(settings.fetchTimeout.count)
        self.clock = clock
        let branch = try settings.branch.map { text throws(MirrorError) in try BranchName(text) }
        if let remote = settings.remote {
            let mirror = Mirror(of: try RemoteURL(remote), in: settings.varDirectory + "/mirror.git")
            place = .mirror(mirror, branch: try branch ?? BranchName("main"))
        } else if let directory = settings.repository {
            place = .local(directory: directory, branch: branch)
        } else {
            throw SettingsError(
                "no repository is set: name one with --repo DIR, HAVIRT_REPO, or `repository:` in"
                    + " \(SettingsLoader.defaultFile)")
        }
    }

    func refresh() async -> [String] {
        guard case .mirror(let mirror, let branch) = place else { return [] }
        do throws(MirrorError) {
            _ = try await mirror.fetch(branch: branch, deadline: fetchTimeout)
            return []
        } catch {
            let age = error.lastFetch.map { ", \(clock.now() - $0) ago" } ?? ""
            return ["\(error)\(age); going on from the mirror"]
        }
    }

    func tip() throws(DesiredSourceError) -> ObjectID {
        try translate { repository throws(GitError) in
            if let revision { return try repository.resolve(revision).id }
            switch place {
            case .local(_, let branch): return try repository.resolve(branch.map { "refs/heads/\($0)" } ?? "HEAD").id
            case .mirror(_, let branch): return try repository.resolve("refs/heads/\(branch)").id
            }
        }
    }

    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad {
        let tree = try translate { repository throws(GitError) in
            try repository.tree(at: commit, path: path, limits: SpecLimits())
        }
        let now = clock.now()
        return loader.withLock { $0.load(tree, now: now) }
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        try translate { repository throws(GitError) in try repository.isDescendant(newer, of: older) }
    }

    func newestCommit(with file: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? {
        try translate { repository throws(GitError) in
            try repository.newestCommit(with: path == "." ? file : "\(path)/\(file)", before: commit)
        }
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        try translate { repository throws(GitError) in
            try repository.changedPaths(from: older, to: newer, path: path)
        }
    }

    private func translate<Value>(
        _ body: (GitRepository) throws(GitError) -> Value
    ) throws(DesiredSourceError) -> Value {
        do throws(GitError) {
            return try body(try open())
        } catch {
            throw DesiredSourceError(error.description)
        }
    }

    private func open() throws(GitError) -> GitRepository {
        if let repository = opened.withLock({ $0 }) { return repository }
        let directory =
            switch place {
            case .local(let directory, _): directory
            case .mirror(let mirror, _): mirror.directory
            }
        let repository = try GitRepository(opening: directory)
        opened.withLock { $0 = repository }
        return repository
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

    /// Without a commit there is nothing to be before.
    func departed(_ traces: [DomainTrace], from commit: ObjectID) throws(DesiredSourceError) -> [DepartedDomain] { [] }

    func read() throws(DesiredSourceError) -> SpecLoad {
        do throws(GitError) {
            var loader = SpecLoader()
            return loader.load(try WorkTree.tree(root: root, path: path, limits: SpecLimits()), now: clock.now())
        } catch {
            throw DesiredSourceError(error.description)
        }
    }
}
