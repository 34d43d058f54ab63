import ArgumentParser
import GitSource
import Reconciler
import StateSpec

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check the specs of a commit or a work tree.",
        discussion: """
            Needs no node. With a saved scan it also says which single loss, of a node or of a failure domain, would \
            leave domains without a place. Reports all findings at once, as file:line:column: code: message. \
            Exits with 1 if any of them is an error.

            EXAMPLES
              havirt lint --repo .                   the tip of the branch that is checked out
              havirt lint --repo . --worktree        what is not committed yet
              havirt lint --repo . --rev topic --since main
                                                     a pull request against its base
              havirt lint --repo . --show-policy     the `xmlPolicy` that this needs
              havirt lint --repo . --observed scan.json
                                                     and what the loss of a node would mean
            """)

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("A branch, tag or commit to check.", valueName: "rev"))
    var rev: String?

    @Option(name: .long, help: ArgumentHelp("Compare with this commit: no node may vanish.", valueName: "rev"))
    var since: String?

    @Flag(name: .long, help: "Check uncommitted files.")
    var worktree = false

    @Option(
        name: .long, help: ArgumentHelp("A saved scan, to tell what the loss of a node would mean.", valueName: "file"))
    var observed: String?

    @Flag(
        name: .customLong("show-policy"),
        help: "Instead, print the `xmlPolicy` that allows what the domains ask of nodes, and no more.")
    var showsPolicy = false

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func validate() throws {
        if showsPolicy && (since != nil || observed != nil || format != .text) {
            throw ValidationError("--show-policy prints lines of havirt.conf; it goes with --rev and --worktree only")
        }
        if worktree && (rev != nil || since != nil) {
            throw ValidationError("--worktree reads uncommitted files; it does not go with --rev or --since")
        }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        if showsPolicy { return try await showPolicy(wiring) }
        let findings = try await findings(wiring)
        switch format {
        case .text:
            for finding in findings { Terminal.out("\(finding)\n") }
            let errors = findings.filter { $0.severity == .error }.count
            Terminal.note(findings.isEmpty ? "no findings" : "\(findings.count) findings, \(errors) errors")
        case .json: Terminal.out(try JSONText.encode(findings))
        }
        if findings.contains(where: { $0.severity == .error }) { throw ExitStatus.blocked }
    }

    private func findings(_ wiring: Wiring) async throws -> [Finding] {
        if worktree {
            let load = try wiring.workTree().read()
            return load.findings + (try losses(load.state))
        }
        let (commits, tip) = try await tip(wiring)
        let base = try since.map { revision in try commits.resolve(revision) }
        let signatures = try await commits.signatureFindings(of: tip, since: base)
        let load = try commits.load(tip)
        var findings = load.findings
        if let base {
            let previous = try commits.load(base).stateBesidesPolicy
            findings = (findings + CommitChooser.broken(load.state, since: previous)).sorted()
        }
        return signatures + findings + (try losses(load.state))
    }

    /// The commit to check.
    private func tip(_ wiring: Wiring) async throws -> (commits: GitCommits, tip: ObjectID) {
        let commits = try wiring.commits(revision: rev)
        for note in await commits.refresh() { Terminal.note("havirt: \(note)") }
        return (commits, try commits.tip())
    }

    /// What the policy in force allows stays allowed.
    private func showPolicy(_ wiring: Wiring) async throws {
        let load: SpecLoad
        if worktree {
            load = try wiring.workTree().read()
        } else {
            let (commits, tip) = try await tip(wiring)
            load = try commits.load(tip)
        }
        guard let desired = load.stateBesidesPolicy else {
            throw Report.refusal("the domains cannot be read", load.findings)
        }
        let lines = try PolicyLines(desired.domains.map(\.xml), current: wiring.settings.xmlPolicy)
        Terminal.out(lines.text)
        for line in lines.never { Terminal.note("havirt: no line can allow that \(line)") }
        if !lines.never.isEmpty { throw ExitStatus.blocked }
    }

    /// What the loss of nodes would mean for what was seen, as findings of the nodes' files.
    private func losses(_ desired: DesiredState?) throws -> [Finding] {
        guard let observed, let desired else { return [] }
        let seen = try Planning.saved(observed)
        return Plan.make(PlanRequest(desired: desired, observed: seen, now: seen.takenAt)).losses.compactMap { alert in
            let isNode = desired.nodes.contains { $0.name.text == alert.subject }
            let severity = desired.cluster.findingSeverities[alert.code] ?? alert.severity
            return severity.map { severity in
                Finding(
                    severity, Place(file: isNode ? "nodes/\(alert.subject).yaml" : "cluster.yaml"), code: alert.code,
                    "\(alert.subject), \(alert.message)")
            }
        }
    }
}

/// How plans and findings are shown.
enum PlanFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}
