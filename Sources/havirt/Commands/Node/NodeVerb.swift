import GitSource
import Reconciler
import StateSpec

/// What the verbs have in common that change nodes' files by commits.
struct NodeVerb {
    let wiring: Wiring
    let options: CommitOptions
    let commits: GitCommits
    /// The nodes that were named, by name.
    let nodes: [NodeName]
    /// What was seen and wished before the change.
    let planned: Round.Planned

    /// One change of a node's file.
    struct Change {
        let node: NodeName
        let message: String
        let edit: @Sendable ([UInt8]) throws -> [UInt8]

        var file: String { "nodes/\(node).yaml" }
    }

    /// Scans, and finds the nodes in the branch's tip; at least one is named.
    init(_ names: [String], _ global: GlobalOptions, _ options: CommitOptions) async throws {
        wiring = Wiring(settings: try global.settings())
        self.options = options
        commits = try wiring.commits(revision: nil, isOffline: options.offline)
        Terminal.progress("scanning the nodes …")
        defer { Terminal.progressDone() }
        do {
            planned = try await wiring.round(CommitChooser(commits)).plan()
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
        Report.notes(planned.loaded)
        if let held = planned.loaded.held {
            throw Failure("commit \(held.commit.short) cannot be used, and nothing is added to it: repair it first")
        }
        nodes = try NodeChoice.choose(names, planned.loaded.desired).sorted()
    }

    /// For a verb that takes one node.
    var node: NodeName {
        guard let node = nodes.first else { preconditionFailure("one name chooses one node or throws") }
        return node
    }

    /// The node as the branch's tip wishes it.
    var spec: NodeSpec { spec(of: node) }

    /// One of the nodes as the branch's tip wishes it.
    func spec(of node: NodeName) -> NodeSpec {
        guard let spec = planned.loaded.desired.nodes.first(where: { $0.name == node }) else {
            preconditionFailure("node \(node) was found in this commit")
        }
        return spec
    }

    /// A reason fit for a commit's first line.
    static func check(reason: String) throws(Failure) -> String {
        guard !reason.allSatisfy(\.isWhitespace), reason.utf8.count <= 200,
            Escaped(reason, charactersMax: 200).bare == reason
        else { throw Failure("--reason takes one line of up to 200 bytes, without control characters") }
        return reason
    }

    /// Shows the commit and what would follow from it; makes it where the run acts.
    func change(_ message: String, edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]) async throws {
        let change = Change(node: node, message: message, edit: edit)
        let desired = try show([change])
        try showFollowing(desired, PlanOptions())
        guard options.acts(wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        try await make([change])
        Terminal.out("The next round acts on it: havirt apply --yes\n")
    }

    /// Shows the commits that would be made; gives back what is wished with them.
    ///
    /// They must leave a commit that can be used: the next round acts on it.
    func show(_ changes: [Change]) throws -> DesiredState {
        guard let tip = planned.loaded.commit else { throw Failure("there is no commit to add to") }
        let author = Escaped(try commits.author(), charactersMax: 300).bare
        var diffs: [(Change, String)] = []
        var files: [SpecFile] = []
        for change in changes {
            guard let old = try commits.contents(of: change.file, at: tip) else {
                throw Failure("the file \(change.file) is not in the branch's tip")
            }
            let new: [UInt8]
            do { new = try change.edit(old) } catch { throw Failure("\(change.file) is not changed: \(error)") }
            files.append(SpecFile(path: change.file, bytes: new))
            diffs.append((change, TextDiff.render(commits.pathInRepository(change.file), old, new)))
        }
        let load = try commits.load(tip, changing: files)
        guard let desired = load.state, !load.findings.contains(where: { $0.severity == .error }) else {
            throw Report.refusal("the commit could not be used", load.findings)
        }
        for (change, diff) in diffs {
            Terminal.out("Commit by \(author)\n\n    \(change.message)\n\n\(diff)\n")
        }
        return desired
    }

    /// Shows what would follow for what is wished now; gives back the plan.
    @discardableResult
    func showFollowing(_ desired: DesiredState, _ options: PlanOptions) throws -> Plan {
        var follows = PlanRequest(
            desired: desired, previous: planned.loaded.previous, observed: planned.observed,
            now: planned.observed.takenAt, options: options)
        follows.departed = planned.loaded.departed.map(\.spec)
        let plan = Plan.make(follows)
        Terminal.out("What follows from it:\n\n" + wiring.text(of: plan, at: planned.loaded.commit) + "\n")
        return plan
    }

    /// Makes the commits, one after the other.
    func make(_ changes: [Change]) async throws {
        for change in changes {
            let edit = change.edit
            let made = try await commits.commit(change.file, message: change.message, isOffline: options.offline) {
                guard let old = $0 else { throw Failure("the file is gone") }
                return try edit(old)
            }
            let place = made.isPending ? ", which waits on this machine to be pushed by the next run" : ""
            Terminal.out("Made commit \(made.commit.short)\(place).\n")
        }
    }
}
