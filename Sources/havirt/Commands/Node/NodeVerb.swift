import GitSource
import Reconciler
import StateSpec

/// What the verbs have in common that change a node's file by a commit.
struct NodeVerb {
    let wiring: Wiring
    let options: CommitOptions
    let commits: GitCommits
    let node: NodeName
    /// What was seen and wished before the change.
    let planned: Round.Planned

    /// Scans, and finds the node in the branch's tip.
    init(_ name: String, _ global: GlobalOptions, _ options: CommitOptions) async throws {
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
        guard let node = try NodeChoice.choose([name], planned.loaded.desired).first else {
            preconditionFailure("one name chooses one node or throws")
        }
        self.node = node
    }

    /// The node as the branch's tip wishes it.
    var spec: NodeSpec {
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
    ///
    /// The change must leave a commit that can be used: the next round acts on it.
    func change(_ message: String, edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]) async throws {
        let file = "nodes/\(node).yaml"
        guard let tip = planned.loaded.commit, let old = try commits.contents(of: file, at: tip) else {
            throw Failure("the file \(file) is not in the branch's tip")
        }
        let author = Escaped(try commits.author(), charactersMax: 300).bare
        let new: [UInt8]
        do { new = try edit(old) } catch { throw Failure("\(file) is not changed: \(error)") }
        let load = try commits.load(tip, changing: [SpecFile(path: file, bytes: new)])
        guard let desired = load.state, !load.findings.contains(where: { $0.severity == .error }) else {
            throw Report.refusal("the commit could not be used", load.findings)
        }
        Terminal.out("Commit by \(author)\n\n    \(message)\n\n")
        Terminal.out(TextDiff.render(commits.pathInRepository(file), old, new) + "\n")
        var follows = PlanRequest(
            desired: desired, previous: planned.loaded.previous, observed: planned.observed,
            now: planned.observed.takenAt)
        follows.departed = planned.loaded.departed.map(\.spec)
        Terminal.out("What follows from it:\n\n" + wiring.text(of: Plan.make(follows), at: tip) + "\n")
        guard options.acts(wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        let made = try await commits.commit(file, message: message, isOffline: options.offline) { old in
            guard let old else { throw Failure("the file is gone") }
            return try edit(old)
        }
        let place = made.isPending ? ", which waits on this machine to be pushed by the next run" : ""
        Terminal.out("Made commit \(made.commit.short)\(place). The next round acts on it: havirt apply --yes\n")
    }
}
