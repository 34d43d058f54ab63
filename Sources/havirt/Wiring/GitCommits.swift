import GitSource
import Reconciler
import StateSpec
import Synchronization

/// The commits of a git repository; files that did not change between two loads are parsed once.
final class GitCommits: CommitRepository {
    let place: Place
    let path: String
    let fetchTimeout: Duration
    private let revision: String?
    private let isOffline: Bool
    private let clock: any ReconcilerClock
    let signers: Signers?
    let verifier: SignatureVerifier?
    /// Commits that were chosen to be read.
    private let wasRead = Mutex<Set<ObjectID>>([])
    private let loader: Mutex<SpecLoader>
    private let opened = Mutex<GitRepository?>(nil)
    /// Why what waits to be pushed, and the remote, cannot both be followed.
    private let dispute = Mutex<String?>(nil)

    /// Where the repository is.
    enum Place {
        /// A work tree or a bare repository; the branch that is checked out where none is named.
        case local(directory: String, branch: BranchName?)
        /// A mirror, which exists once it was fetched.
        case mirror(Mirror, branch: BranchName)
    }

    /// - Parameters:
    ///   - revision: a branch, tag or commit instead of the branch of the settings.
    ///   - isOffline: whether a remote is left alone, and its mirror taken as it is.
    init(
        _ settings: ControllerSettings, revision: String?, isOffline: Bool = false, clock: any ReconcilerClock
    ) throws {
        path = settings.path
        loader = Mutex(SpecLoader(policyLimits: settings.limits, xmlPolicy: settings.xmlPolicy))
        self.revision = revision
        self.isOffline = isOffline
        fetchTimeout = .seconds(settings.fetchTimeout.count)
        self.clock = clock
        signers = settings.signers
        verifier = settings.signers.map { SignatureVerifier($0.lists, clock: clock) }
        // Without signatures an object is hashed when it comes in, and then trusted, as git itself does.
        if verifier != nil { GitRepository.demandHashes() }
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
        if isOffline { return ["nothing is fetched: going on from the mirror"] + waiting(mirror, branch) }
        do throws(MirrorError) {
            _ = try await mirror.fetch(branch: branch, deadline: fetchTimeout)
        } catch {
            let age = error.lastFetch.map { ", \(clock.now() - $0) ago" } ?? ""
            return ["\(error)\(age); going on from the mirror"] + waiting(mirror, branch)
        }
        return await settle(mirror, branch)
    }

    /// Pushes what was committed while the remote was out of reach.
    private func settle(_ mirror: Mirror, _ branch: BranchName) async -> [String] {
        var objection: String?
        var notes: [String] = []
        do throws(GitError) {
            switch try await mirror.settlePending(of: branch, deadline: fetchTimeout, signing: signing) {
            case .none: break
            case .pushed(let tip): notes = ["what waited to be pushed is pushed: the remote is at \(tip.short)"]
            case .clash(let pending, let paths): objection = mirror.clash(pending, paths, branch)
            case .failed(_, let error): notes = ["\(error)"] + waiting(mirror, branch)
            }
        } catch {
            objection = "what waits to be pushed cannot be merged with the remote's branch: \(error)"
        }
        dispute.withLock { [objection] in $0 = objection }
        return notes
    }

    private func waiting(_ mirror: Mirror, _ branch: BranchName) -> [String] {
        do throws(GitError) {
            guard let pending = try mirror.pending(of: branch) else { return [] }
            return ["commit \(pending.short) waits on this machine to be pushed, and is followed meanwhile"]
        } catch {
            return ["\(error)"]
        }
    }

    func tip() throws(DesiredSourceError) -> ObjectID {
        if revision == nil, let dispute = dispute.withLock({ $0 }) { throw DesiredSourceError(dispute) }
        return try translate { repository throws(GitError) in
            if let revision { return try repository.resolve(revision).id }
            switch place {
            case .local(_, let branch): return try repository.resolve(branch.map { "refs/heads/\($0)" } ?? "HEAD").id
            case .mirror(let mirror, let branch):
                if let pending = try mirror.pending(of: branch) { return pending }
                return try repository.resolve("refs/heads/\(branch)").id
            }
        }
    }

    /// The commit that a branch, tag or other revision means.
    func resolve(_ revision: String) throws(DesiredSourceError) -> ObjectID {
        try translate { repository throws(GitError) in try repository.resolve(revision).id }
    }

    func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad {
        if revision == nil { wasRead.withLock { _ = $0.insert(commit.id) } }
        return try load(commit.id)
    }

    /// Whether a commit was chosen to be read in this run.
    func hasRead(_ commit: ObjectID) -> Bool { wasRead.withLock { $0.contains(commit) } }

    /// The same of any commit: to look, and never to act.
    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad { try load(commit, changing: []) }

    /// What a commit would wish with some files changed.
    func load(_ commit: ObjectID, changing changed: [SpecFile]) throws(DesiredSourceError) -> SpecLoad {
        let tree = try translate { repository throws(GitError) in
            try repository.tree(at: commit, path: path, limits: SpecLimits())
        }
        let now = clock.now()
        let paths = Set(changed.map(\.path))
        let files = paths.isEmpty ? tree.files : tree.files.filter { !paths.contains($0.path) } + changed
        let whole = SpecTree(files: files, findings: tree.findings)
        return loader.withLock { $0.load(whole, now: now) }
    }

    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool {
        try translate { repository throws(GitError) in try repository.has(commit) }
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

    func translate<Value>(
        _ body: (GitRepository) throws(GitError) -> Value
    ) throws(DesiredSourceError) -> Value {
        do throws(GitError) {
            return try body(try open())
        } catch {
            throw DesiredSourceError(error.description)
        }
    }

    func open() throws(GitError) -> GitRepository {
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
    let limits: PolicyLimits
    let xmlPolicy: XMLPolicy?
    let clock: any ReconcilerClock

    func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit {
        let load = try read()
        guard let desired = load.state else {
            throw DesiredSourceError("the work tree \(root) cannot be used", findings: load.findings)
        }
        return LoadedCommit(desired: desired, readable: nil, findings: load.findings)
    }

    /// Without a commit there is nothing to be before.
    func departed(
        _ traces: [DomainTrace], from commit: ReadableCommit
    ) throws(DesiredSourceError) -> [DepartedDomain] { [] }

    func read() throws(DesiredSourceError) -> SpecLoad {
        do throws(GitError) {
            var loader = SpecLoader(policyLimits: limits, xmlPolicy: xmlPolicy)
            return loader.load(try WorkTree.tree(root: root, path: path, limits: SpecLimits()), now: clock.now())
        } catch {
            throw DesiredSourceError(error.description)
        }
    }
}
