import Reconciler
import StateSpec

/// What commands share that only plan: against the nodes, or against a saved scan.
struct Planning {
    let wiring: Wiring
    /// A revision instead of the branch's tip.
    var revision: String?
    /// Uncommitted files instead of a commit.
    var worktree = false
    var options = PlanOptions()
    /// How much to ask of the nodes.
    var depth = ScanDepth.whole

    /// A scan of 1,000 nodes with 30,000 domains takes some 60 MB.
    private static let observedBytesMax = 512 << 20

    /// A scan that was saved.
    static func saved(_ file: String) throws -> ObservedCluster {
        try JSONText.decode(
            ObservedCluster.self, file: file, bytesMax: observedBytesMax, writer: "`havirt node scan --save`")
    }

    /// - Parameter observed: a file that `node scan --save` wrote; nil asks the nodes.
    func run(_ observed: String?) async throws -> Round.Planned {
        do {
            if let observed { return try await plan(for: observed) }
            Terminal.progress("scanning the nodes …")
            defer { Terminal.progressDone() }
            let source = try wiring.source(revision: revision, worktree: worktree)
            let isPreview = revision != nil || worktree
            return try await wiring.round(source, options: options, depth: depth, isPreview: isPreview).plan()
        } catch let error as DesiredSourceError {
            throw Report.refusal(error.description, error.findings)
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
    }

    private func plan(for file: String) async throws -> Round.Planned {
        let seen = try Self.saved(file)
        let source = try wiring.source(revision: revision, worktree: worktree, isForSaved: true)
        let loaded = try await source.load(for: seen)
        return Round.Planned(loaded: loaded, observed: seen, plan: Plan.make(loaded.request(for: seen, options)))
    }
}

extension Round.Planned {
    /// What the plan was made from, in a run that changes nothing about the rules.
    var request: PlanRequest { loaded.request(for: observed) }
}
