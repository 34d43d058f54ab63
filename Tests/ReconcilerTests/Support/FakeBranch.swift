import StateSpec
import Synchronization

@testable import Reconciler

/// A branch in memory, whose commits are trees of files that the real loader reads.
final class FakeBranch: CommitRepository {
    private struct Commit: Sendable {
        let id: ObjectID
        let parent: ObjectID?
        let files: [String: [UInt8]]
    }

    private struct State: Sendable {
        var commits: [Commit] = []
        var tip = 0
        var signedBy: [ObjectID: String]?
    }

    private let state = Mutex(State())

    var files: [String: [UInt8]] { state.withLock { $0.commits.isEmpty ? [:] : $0.commits[$0.tip].files } }

    /// Commits a whole tree on the tip.
    @discardableResult
    func commit(_ files: [String: [UInt8]]) -> ObjectID {
        state.withLock { state in
            let number = String(state.commits.count + 1)
            let id = ObjectID(stringLiteral: "c" + String(repeating: "0", count: max(0, 2 - number.count)) + number)
            let parent = state.commits.isEmpty ? nil : state.commits[state.tip].id
            state.commits.append(Commit(id: id, parent: parent, files: files))
            state.tip = state.commits.count - 1
            return id
        }
    }

    /// Points the branch at the parent of its tip.
    func rewind() {
        state.withLock { state in
            let parent = state.commits[state.tip].parent
            state.tip = state.commits.firstIndex { $0.id == parent } ?? 0
        }
    }

    func refresh() async -> [String] { [] }

    func tip() throws(DesiredSourceError) -> ObjectID { state.withLock { $0.commits[$0.tip].id } }

    /// Who signed which commit; nil where no signatures are asked for.
    var signedBy: [ObjectID: String]? {
        get { state.withLock { $0.signedBy } }
        set { state.withLock { $0.signedBy = newValue } }
    }

    var signatures: (any SignatureJudge)? {
        signedBy.map { FakeJudge(signedBy: $0) { try? self.line($0).map(\.id) } }
    }

    func load(_ commit: ReadableCommit) throws(DesiredSourceError) -> SpecLoad { try load(commit.id) }

    func load(_ commit: ObjectID) throws(DesiredSourceError) -> SpecLoad {
        let files = try find(commit).files.map {
            SpecFile(path: $0.key, bytes: $0.value, blob: Self.blob($0.value))
        }
        var loader = SpecLoader()
        return loader.load(SpecTree(files: files))
    }

    func has(_ commit: ObjectID) throws(DesiredSourceError) -> Bool {
        state.withLock { $0.commits.contains { $0.id == commit } }
    }

    func isDescendant(_ newer: ObjectID, of older: ObjectID) throws(DesiredSourceError) -> Bool {
        try line(newer).contains { $0.id == older }
    }

    func newestCommit(with path: String, before commit: ObjectID) throws(DesiredSourceError) -> ObjectID? {
        try line(commit).dropFirst().first { $0.files[path] != nil }?.id
    }

    func changedPaths(from older: ObjectID, to newer: ObjectID) throws(DesiredSourceError) -> [String] {
        let (old, new) = (try find(older).files, try find(newer).files)
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    /// An id that follows from the bytes, as a blob's does.
    private static func blob(_ bytes: [UInt8]) -> ObjectID {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return ObjectID(stringLiteral: String(repeating: "0", count: 16 - digits.count) + digits)
    }

    private func find(_ id: ObjectID) throws(DesiredSourceError) -> Commit {
        guard let commit = state.withLock({ $0.commits.first { $0.id == id } }) else {
            throw DesiredSourceError("no commit \(id.short)")
        }
        return commit
    }

    /// A commit and its ancestors, newest first.
    private func line(_ id: ObjectID) throws(DesiredSourceError) -> [Commit] {
        var line = [try find(id)]
        while let parent = line.last?.parent { line.append(try find(parent)) }
        return line
    }
}
