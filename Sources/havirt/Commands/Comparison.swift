import GitSource
import Reconciler
import StateSpec

/// Two commits that are compared by what they mean.
struct Comparison {
    /// A file that differs, and how.
    struct ChangedFile: Encodable {
        enum Change: String, Encodable {
            case added, changed, removed
        }

        /// Path below the folder of the specs.
        let file: String
        let change: Change
    }

    private struct Side {
        let commit: ObjectID
        let desired: DesiredState
        let outlawed: Set<DomainName>
    }

    private let commits: GitCommits
    private let older: Side
    private let newer: Side

    init(_ range: RevisionRange, _ wiring: Wiring) async throws {
        commits = try wiring.commits(revision: nil)
        for note in await commits.refresh() { Terminal.note("havirt: \(note)") }
        // One that was applied before the policy was tightened can be compared with what mends it.
        older = try Self.side(range.older, commits) { $0.stateBesidesPolicy }
        newer = try Self.side(range.newer, commits) { $0.state }
    }

    private static func side(
        _ revision: String?, _ commits: GitCommits, _ state: (SpecLoad) -> DesiredState?
    ) throws -> Side {
        do throws(DesiredSourceError) {
            let id = if let revision { try commits.resolve(revision) } else { try commits.tip() }
            let load = try commits.load(id)
            guard let desired = state(load) else {
                throw DesiredSourceError("commit \(id.short) cannot be used", findings: load.findings)
            }
            return Side(commit: id, desired: desired, outlawed: load.outlawed)
        } catch {
            throw Report.refusal(error.description, error.findings)
        }
    }

    /// Asks all nodes that either commit names.
    func look(_ wiring: Wiring) async throws -> ObservedCluster {
        Terminal.progress("scanning the nodes …")
        defer { Terminal.progressDone() }
        let loaded = LoadedCommit(
            desired: newer.desired, readable: nil, previous: older.desired, previousCommit: older.commit)
        do {
            return try await wiring.round(ChosenCommit(loaded: loaded), isPreview: true).plan().observed
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
    }

    /// Both plans for one observation, compared.
    func difference(_ seen: ObservedCluster) -> PlanDifference {
        var before = PlanRequest(
            desired: older.desired, commit: older.commit, observed: seen, now: seen.takenAt)
        before.options.outlawed = older.outlawed
        var after = PlanRequest(
            desired: newer.desired, commit: newer.commit, previous: older.desired, observed: seen, now: seen.takenAt)
        let kept = Set(newer.desired.domains.map(\.uuid))
        after.departed = older.desired.domains.filter { !kept.contains($0.uuid) }
        return PlanDifference(from: Plan.make(before), to: Plan.make(after))
    }

    /// The files that differ, by path.
    func files() throws -> [ChangedFile] {
        try commits.changedPaths(from: older.commit, to: newer.commit).sorted().map { file in
            let before = try commits.contents(of: file, at: older.commit) != nil
            let after = try commits.contents(of: file, at: newer.commit) != nil
            return ChangedFile(file: file, change: !before ? .added : after ? .changed : .removed)
        }
    }

    func text(_ difference: PlanDifference, _ files: [ChangedFile]) -> String {
        var text = "From commit \(older.commit.short) to \(newer.commit.short), seen at \(difference.now)\n"
        if !files.isEmpty { text += "\nSpecs\n" }
        for file in files {
            let sign =
                switch file.change {
                case .added: "+"
                case .changed: "~"
                case .removed: "-"
                }
            text += "  \(sign) \(Escaped(file.file, charactersMax: 1_024).bare)\n"
        }
        return text + PlanDifferenceText.render(difference) + "\n\(PlanDifferenceText.summary(difference))\n"
    }
}

/// One commit, whatever the branch and the nodes say: to look, never to act.
private struct ChosenCommit: DesiredSource {
    let loaded: LoadedCommit

    func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit { loaded }

    func departed(
        _ traces: [DomainTrace], from commit: ReadableCommit
    ) throws(DesiredSourceError) -> [DepartedDomain] { [] }
}
