import Reconciler
import StateSpec

/// A repository in memory: commits that are pushed, and a branch that may be rewound.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class SimulatedGit: @unchecked Sendable {
    struct Commit {
        let id: ObjectID
        let parent: ObjectID?
        let files: [String: String]
    }

    private var commits: [ObjectID: Commit] = [:]
    private(set) var tip: ObjectID
    /// The tip before the branch was rewound.
    private var left: ObjectID?

    init(_ files: [String: String]) {
        let first = Commit(id: Self.identify(0), parent: nil, files: files)
        commits[first.id] = first
        tip = first.id
    }

    /// The files of the tip.
    var files: [String: String] { commits[tip]?.files ?? [:] }

    func files(of commit: ObjectID) -> [String: String]? { commits[commit]?.files }

    /// Commits on top of the tip.
    func push(_ files: [String: String]) {
        restore()
        let commit = Commit(id: Self.identify(commits.count), parent: tip, files: files)
        commits[commit.id] = commit
        tip = commit.id
    }

    /// Moves the branch back to the commit before its tip; what is pushed next stands on the one that was left.
    func rewind() {
        guard let parent = commits[tip]?.parent else { return }
        left = left ?? tip
        tip = parent
    }

    /// Moves the branch forth again to where it was before it was rewound.
    func restore() {
        if let left { tip = left }
        left = nil
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) -> Bool {
        var commit: ObjectID? = newer
        while let current = commit {
            if current == older { return true }
            commit = commits[current]?.parent
        }
        return false
    }

    /// The newest ancestor whose files are such.
    func newest(before commit: ObjectID, where isSuch: ([String: String]) -> Bool) -> ObjectID? {
        var current = commits[commit]?.parent
        while let id = current, let commit = commits[id] {
            if isSuch(commit.files) { return id }
            current = commit.parent
        }
        return nil
    }

    private static func identify(_ number: Int) -> ObjectID {
        let digits = String(number + 1, radix: 16)
        guard let id = ObjectID(String(repeating: "c", count: 40 - digits.utf8.count) + digits) else {
            preconditionFailure("\(digits) makes no object id")
        }
        return id
    }

    /// The blob's id: what is equal has one, what differs has two.
    static func blob(_ text: String) -> ObjectID {
        var hashes: (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x9AE1_6A3B_2F90_404F)
        for byte in text.utf8 {
            hashes.0 = (hashes.0 ^ UInt64(byte)) &* 0x100_0000_01B3
            hashes.1 = (hashes.1 ^ UInt64(byte)) &* 0xC2B2_AE3D_27D4_EB4F
        }
        let digits = [hashes.0, hashes.1].map { hash in
            let text = String(hash, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        guard let id = ObjectID("b10bb10b" + digits) else { preconditionFailure("\(digits) makes no object id") }
        return id
    }
}

/// A controller's view of the repository: what it fetched last.
final class GitView: CommitRepository, @unchecked Sendable {
    private let git: SimulatedGit
    private let clock: @Sendable () -> Timestamp
    private var loader = SpecLoader()
    /// What was loaded before: a commit never changes.
    private var loads: [ObjectID: SpecLoad] = [:]
    private var fetched: ObjectID
    /// Whether fetching works.
    var isOnline = true

    init(_ git: SimulatedGit, clock: @escaping @Sendable () -> Timestamp) {
        self.git = git
        self.clock = clock
        fetched = git.tip
    }

    func refresh() async -> [String] {
        guard isOnline else { return ["cannot fetch; going on from the mirror"] }
        fetched = git.tip
        return []
    }

    func tip() throws(DesiredSourceError) -> ObjectID { fetched }

    var signatures: (any SignatureJudge)? { nil }

    func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad { try load(commit.id) }

    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad {
        if let load = loads[commit] { return load }
        guard let files = git.files(of: commit) else { throw DesiredSourceError("no commit \(commit.short)") }
        let tree = SpecTree(
            files: files.map { path, text in
                SpecFile(path: path, bytes: Array(text.utf8), blob: SimulatedGit.blob(text))
            })
        let load = loader.load(tree, now: clock())
        loads[commit] = load
        return load
    }

    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool { git.files(of: commit) != nil }

    func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? {
        git.newest(before: commit) { $0[path] != nil }
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        git.isDescendant(newer, of: older)
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        let (old, new) = (git.files(of: older) ?? [:], git.files(of: newer) ?? [:])
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }
}
