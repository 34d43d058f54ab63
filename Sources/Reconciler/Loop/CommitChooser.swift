public import StateSpec

/// Chooses the commit to act on (rule S8): the branch's tip, or the last good one where the tip cannot be used.
public struct CommitChooser: DesiredSource {
    let repository: any CommitRepository
    private let preview: Preview

    /// Chooses from a repository.
    ///
    /// - Parameter preview: what is said and not refused, for a plan that is never applied.
    public init(_ repository: any CommitRepository, preview: Preview = .none) {
        self.repository = repository
        self.preview = preview
    }

    /// Resolves the tip once and reads it; see `DesiredSource`.
    public func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit {
        var notes = await repository.refresh()
        let tip = try repository.tip()
        for older in applied where Guard.rewindIsRefused.isOn {
            if try repository.isDescendant(tip, of: older.commit) { continue }
            guard preview != .none else { throw DesiredSourceError(try objection(to: tip, after: older)) }
            notes.append(
                "\(tip.short) does not follow from commit \(older.commit.short), applied at \(older.at): it would be"
                    + " refused")
        }
        let trust = CommitTrust(repository)
        let previous = try await previous(applied, trust, &notes)
        var verdict = try await trust.judge(tip: tip, applied: applied)
        if preview == .ofRevision, verdict.readable == nil {
            notes.append("\(tip.short) would be refused for its signatures")
            verdict.readable = trust.preview(tip)
        }
        notes += verdict.notes
        var findings = verdict.findings
        if let readable = verdict.readable {
            let load = try repository.load(readable)
            let broken = Self.broken(load.lawful, since: previous?.load.stateBesidesPolicy)
            findings += load.findings + broken
            if let desired = load.lawful, !broken.contains(where: { $0.severity == .error }) {
                return LoadedCommit(
                    desired: desired, readable: readable, previous: previous?.load.stateBesidesPolicy,
                    previousCommit: previous?.commit.id, findings: findings, notes: notes)
            }
        }
        guard let previous, let desired = previous.load.stateBesidesPolicy,
            previous.commit.id != tip || (verdict.readable != nil && !previous.load.outlawed.isEmpty)
        else { throw DesiredSourceError("commit \(tip.short) cannot be used", findings: findings) }
        let commit = previous.commit
        var loaded = LoadedCommit(
            desired: desired, readable: commit, previous: desired, previousCommit: commit.id, findings: findings)
        loaded.outlawed = previous.load.outlawed
        if commit.id == tip {
            // It was applied before the policy was what it is now.
            loaded.notes = notes + ["commit \(tip.short) asks for what xmlPolicy does not allow: that is left as it is"]
        } else {
            loaded.held = try held(by: tip, since: commit.id, desired, isRead: verdict.readable != nil)
            loaded.notes = notes + ["commit \(tip.short) cannot be used; going on from commit \(commit.id.short)"]
        }
        return loaded
    }

    /// Why a tip that does not follow from an applied commit is refused, and what to do: which of the two is at fault, the
    /// branch or this copy of it, git can tell in part.
    private func objection(
        to tip: ObjectID, after older: AppliedCommit
    ) throws(DesiredSourceError) -> String {
        let applied = "commit \(older.commit.short), which was applied at \(older.at)"
        let revert = "(`git revert` undoes a change without rewinding)"
        guard try repository.has(older.commit) else {
            return "\(applied), is not in this repository: fetch it, or push it from the repository that has it;"
                + " the tip \(tip.short) does not follow from it \(revert)"
        }
        if try repository.isDescendant(older.commit, of: tip) {
            return "the branch is behind: its tip \(tip.short) comes before \(applied); fetch, or if the branch was"
                + " rewound, push a commit on top of that one \(revert)"
        }
        return "the branch was rewound: its tip \(tip.short) does not follow from \(applied);"
            + " push a commit on top of that one \(revert)"
    }

    /// The last applied commit, if it can still be read: the one that follows from all others, for to go on from an older
    /// one would be a rewind. An applied commit was good once, under the rules of its day; but that it was applied is the
    /// word of nodes, so it is judged again.
    private func previous(
        _ applied: [AppliedCommit], _ trust: CommitTrust, _ notes: inout [String]
    ) async throws(DesiredSourceError) -> (commit: ReadableCommit, load: SpecLoad)? {
        var known: [AppliedCommit] = []
        for commit in applied where try repository.has(commit.commit) { known.append(commit) }
        for last in known where try follows(last.commit, from: known) {
            let verdict = try await trust.judge(tip: last.commit, applied: known)
            if let commit = verdict.readable { return (commit, try repository.load(commit)) }
            let why = verdict.findings.first.map { ": \($0.message)" } ?? ""
            notes.append("commit \(last.commit.short), applied at \(last.at), is not read\(why)")
        }
        return nil
    }

    private func follows(_ commit: ObjectID, from known: [AppliedCommit]) throws(DesiredSourceError) -> Bool {
        guard Guard.rewindIsRefused.isOn else { return true }
        for older in known where try !repository.isDescendant(commit, of: older.commit) { return false }
        return true
    }

    /// A file that differs in the tip holds its domain. One of the cluster or of a node may concern every domain. Of the
    /// tip no file is read for it.
    private func held(
        by tip: ObjectID, since commit: ObjectID, _ desired: DesiredState, isRead: Bool
    ) throws(DesiredSourceError) -> HeldObjects {
        let paths: [String]
        do throws(DesiredSourceError) {
            paths = try repository.changedPaths(from: commit, to: tip)
        } catch {
            // Whoever may not sign shall not stop rounds by a tree that cannot be compared, either.
            guard !isRead else { throw error }
            return HeldObjects(commit: tip, domains: Set(desired.domains.map(\.name)))
        }
        var held: Set<DomainName> = []
        for path in paths {
            let parts = path.split(separator: "/")
            let stem = parts.last?.split(separator: ".").dropLast().joined(separator: ".") ?? ""
            if parts.count == 2, parts[0] == "domains", let name = try? DomainName(stem) {
                held.insert(name)
            } else {
                held.formUnion(desired.domains.map(\.name))
            }
        }
        return HeldObjects(commit: tip, domains: held)
    }

    /// What a commit may not change at once, compared with the last applied one.
    public static func broken(_ desired: DesiredState?, since previous: DesiredState?) -> [Finding] {
        guard let desired, let previous else { return [] }
        return renamed(desired, previous) + removedNodes(desired, previous)
    }

    /// Under another name the nodes know no lock, no epoch, no member and no command in flight.
    private static func renamed(_ desired: DesiredState, _ previous: DesiredState) -> [Finding] {
        let (new, old) = (desired.cluster.name, previous.cluster.name)
        guard new != old else { return [] }
        return [
            Finding(
                .error, Place(file: "cluster.yaml"), code: "cluster-renamed",
                "the cluster was renamed from \(old) to \(new)",
                hint: "restore `name: \(old)`: all that the nodes remember of the cluster, they keep under its name")
        ]
    }

    /// A node must be retired before its file goes, or what it runs is forgotten.
    private static func removedNodes(_ desired: DesiredState, _ previous: DesiredState) -> [Finding] {
        let names = Set(desired.nodes.map(\.name))
        return previous.nodes.filter { !names.contains($0.name) && !$0.retired }.map { node in
            Finding(
                .error, Place(file: "nodes/\(node.name).yaml"), code: "node-removed",
                "node \(node.name) was removed without having been retired",
                hint: "restore the file with `retired: true`; remove it once the node was seen empty")
        }
    }
}

extension SpecLoad {
    /// The state, if it may be acted on.
    fileprivate var lawful: DesiredState? { Guard.policyIsObeyed.isOn ? state : stateBesidesPolicy }
}
