import GitSource
import Reconciler
import StateSpec

/// A command that changes what is wished for: commits, and then a reconcile of just what they are about.
protocol SpecVerb {
    var start: VerbStart { get }
}

/// What a verb starts from: the branch's tip, and what was seen and wished before the change.
struct VerbStart {
    let wiring: Wiring
    let options: CommitOptions
    let commits: GitCommits
    let planned: Round.Planned

    /// Scans; a tip that cannot be used is not built upon.
    ///
    /// - Parameter demandsUsableTip: false where there may be nothing to commit.
    init(
        _ global: GlobalOptions, _ options: CommitOptions, depth: ScanDepth = .round, demandsUsableTip: Bool = true
    ) async throws {
        wiring = Wiring(settings: try global.settings())
        self.options = options
        commits = try wiring.commits(revision: nil, isOffline: options.offline)
        Terminal.progress("scanning the nodes …")
        defer { Terminal.progressDone() }
        do {
            planned = try await wiring.round(CommitChooser(commits), depth: depth).plan()
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
        Report.notes(planned.loaded)
        if demandsUsableTip { try demandUsableTip() }
    }

    /// Throws where the branch's tip cannot be used: nothing is built upon it.
    func demandUsableTip() throws(Failure) { try planned.loaded.demandUsableTip() }
}

extension LoadedCommit {
    /// Throws where the branch's tip cannot be used: nothing is built upon it.
    func demandUsableTip() throws(Failure) {
        if let held {
            throw Failure("commit \(held.commit.short) cannot be used, and nothing is added to it: repair it first")
        }
    }
}

/// One change of a file of `cluster.d`, to be a commit.
struct SpecChange {
    let file: String
    let message: String
    /// The new bytes out of the old ones, nil where there is no such file yet.
    let edit: @Sendable ([UInt8]?) throws -> [UInt8]
}

extension SpecVerb {
    var wiring: Wiring { start.wiring }
    var options: CommitOptions { start.options }
    var commits: GitCommits { start.commits }
    var planned: Round.Planned { start.planned }

    /// Shows the commit and what would follow from it; makes it where the run acts.
    ///
    /// - Parameter outlook: what a person should know once it is made.
    func change(_ change: SpecChange, outlook: String) async throws {
        let desired = try show([change])
        try showFollowing(desired, PlanOptions())
        guard options.acts(wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        try await make([change])
        Terminal.out(outlook + "\n")
    }

    /// What would be wished with these changes, and the diff of each.
    ///
    /// They must leave a commit that can be used: the next round acts on it.
    func preview(_ changes: [SpecChange]) throws -> (desired: DesiredState, diffs: [String]) {
        guard let tip = planned.loaded.commit else { throw Failure("there is no commit to add to") }
        var diffs: [String] = []
        var files: [SpecFile] = []
        for change in changes {
            let old = try commits.contents(of: change.file, at: tip)
            let new: [UInt8]
            do { new = try change.edit(old) } catch { throw Failure("\(change.file) is not changed: \(error)") }
            files.append(SpecFile(path: change.file, bytes: new))
            diffs.append(TextDiff.render(commits.pathInRepository(change.file), old ?? [], new))
        }
        let load = try commits.load(tip, changing: files)
        guard let desired = load.state, !load.findings.contains(where: { $0.severity == .error }) else {
            throw Report.refusal("the commit could not be used", load.findings)
        }
        return (desired, diffs)
    }

    /// Shows the commits that would be made; gives back what is wished with them.
    ///
    /// - Parameter moment: when they would be made, where that is not at once.
    func show(_ changes: [SpecChange], moment: String = "") throws -> DesiredState {
        let (desired, diffs) = try preview(changes)
        // Who commits nothing need not be known to git.
        guard !changes.isEmpty else { return desired }
        let author = Escaped(try commits.author(), charactersMax: 300).bare
        for (change, diff) in zip(changes, diffs) {
            Terminal.out("Commit by \(author)\(moment)\n\n    \(change.message)\n\n\(diff)\n")
        }
        return desired
    }

    /// The plan for what was seen, and for what is wished now.
    func plan(_ desired: DesiredState, _ options: PlanOptions) -> Plan {
        var follows = PlanRequest(
            desired: desired, previous: planned.loaded.previous, observed: planned.observed,
            now: planned.observed.takenAt, options: options)
        follows.departed = planned.loaded.departed.map(\.spec)
        return Plan.make(follows)
    }

    /// Shows what would follow for what is wished now; gives back the plan.
    @discardableResult
    func showFollowing(_ desired: DesiredState, _ options: PlanOptions) throws -> Plan {
        let plan = plan(desired, options)
        Terminal.out("What follows from it:\n\n" + wiring.text(of: plan, at: planned.loaded.commit) + "\n")
        return plan
    }

    /// Makes the commits, one after the other.
    func make(_ changes: [SpecChange]) async throws {
        for change in changes {
            let made = try await commits.commit(
                change.file, message: change.message, isOffline: options.offline, edit: change.edit)
            let place = made.isPending ? ", which waits on this machine to be pushed by the next run" : ""
            Terminal.out("Made commit \(made.commit.short)\(place).\n")
        }
    }
}

/// One line for a commit's message.
enum CommitWords {
    /// A text fit for a commit's first line.
    static func check(_ text: String, option: String) throws(Failure) -> String {
        guard !text.allSatisfy(\.isWhitespace), text.utf8.count <= 200,
            Escaped(text, charactersMax: 200).bare == text
        else { throw Failure("\(option) takes one line of up to 200 bytes, without control characters") }
        return text
    }
}
