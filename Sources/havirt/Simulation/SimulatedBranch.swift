import GitSource
import Reconciler
import StateSpec
import Synchronization

/// The branch as a simulation moves it: commits of the repository, and commits on top that exist nowhere else.
final class SimulatedBranch: CommitRepository {
    /// Changes the bytes of a file.
    typealias Edit = @Sendable ([UInt8]) throws -> [UInt8]

    /// A commit that exists here alone.
    private struct Made {
        /// The commit of the repository on which it stands.
        let base: ObjectID
        let parents: [ObjectID]
        /// What differs from the base, by path below `cluster.d`.
        let files: [String: [UInt8]]
    }

    private struct State {
        var tip: ObjectID
        var made: [ObjectID: Made] = [:]
        var edits: [(file: String, edit: Edit)] = []
        var loads: [ObjectID: SpecLoad] = [:]
    }

    private let commits: GitCommits
    private let state: Mutex<State>

    /// A branch at a commit of the repository.
    init(_ commits: GitCommits, at tip: ObjectID) {
        self.commits = commits
        state = Mutex(State(tip: tip))
    }

    /// Commits an edit of one file on the tip.
    func commit(_ file: String, _ edit: @escaping Edit) throws {
        let tip = try tip()
        let before = made(tip)
        let base = before?.base ?? tip
        var files = before?.files ?? [:]
        files[file] = try edited(file, edit, base, files)
        try move(to: Made(base: base, parents: [tip], files: files))
        state.withLock { $0.edits.append((file, edit)) }
    }

    /// Moves the branch to a commit of the repository, with what was committed here on top, as a merge would have it.
    func move(to revision: String) throws {
        let commit = try commits.resolve(revision)
        let tip = try tip()
        let edits = state.withLock { $0.edits }
        guard !edits.isEmpty else { return state.withLock { $0.tip = commit } }
        var files: [String: [UInt8]] = [:]
        for (file, edit) in edits { files[file] = try edited(file, edit, commit, files) }
        // What does not follow from the branch does not follow from it with a commit on top, either.
        let follows = try commits.isDescendant(commit, of: made(tip)?.base ?? tip)
        try move(to: Made(base: commit, parents: follows ? [commit, tip] : [commit], files: files))
    }

    private func made(_ commit: ObjectID) -> Made? { state.withLock { $0.made[commit] } }

    private func edited(
        _ file: String, _ edit: Edit, _ base: ObjectID, _ files: [String: [UInt8]]
    ) throws -> [UInt8] {
        guard let old = try files[file] ?? commits.contents(of: file, at: base) else {
            throw Failure("commit \(base.short) has no file \(file)")
        }
        return try edit(old)
    }

    private func move(to made: Made) throws {
        let files = made.files.sorted { $0.key < $1.key }.map { SpecFile(path: $0.key, bytes: $0.value) }
        let load = try commits.load(made.base, changing: files)
        if load.state == nil { throw Report.refusal("the commit could not be used", load.findings) }
        state.withLock { state in
            let id = Self.identify(state.made.count + 1, on: made.base)
            state.made[id] = made
            state.loads[id] = load
            state.tip = id
        }
    }

    /// An id whose first digits are a number, which tells it from git's.
    private static func identify(_ number: Int, on base: ObjectID) -> ObjectID {
        let digits = String(number)
        let head = String(repeating: "0", count: 10 - digits.utf8.count) + digits
        guard let id = ObjectID(head + base.description.dropFirst(10)) else {
            preconditionFailure("\(head) and the rest of \(base) make no id")
        }
        return id
    }

    // MARK: - CommitRepository

    /// Fetched before the simulation, or not at all: in here there is no network.
    func refresh() async -> [String] { [] }

    func tip() throws(DesiredSourceError) -> ObjectID { state.withLock { $0.tip } }

    var signatures: (any SignatureJudge)? { nil }

    func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad { try load(commit.id) }

    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad {
        if let known = state.withLock({ $0.loads[commit] }) { return known }
        let load = try commits.load(commit)
        state.withLock { $0.loads[commit] = load }
        return load
    }

    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool {
        if made(commit) != nil { return true }
        return try commits.has(commit)
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        if newer == older { return true }
        guard let made = made(newer) else {
            return self.made(older) == nil ? try commits.isDescendant(newer, of: older) : false
        }
        for parent in made.parents where try isDescendant(parent, of: older) { return true }
        return false
    }

    func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? {
        guard let made = made(commit), let parent = made.parents.first else {
            return try commits.newestCommit(with: path, before: commit)
        }
        // No commit here adds or removes a file.
        let isThere = try commits.translate { repository throws(GitError) in
            try repository.contents(of: commits.pathInRepository(path), at: made.base) != nil
        }
        return isThere ? parent : try newestCommit(with: path, before: parent)
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        let (old, new) = (made(older), made(newer))
        let paths = try commits.changedPaths(from: old?.base ?? older, to: new?.base ?? newer)
        let edited = [old, new].flatMap { made in made.map { Array($0.files.keys) } ?? [] }
        return Set(paths + edited).sorted()
    }
}
