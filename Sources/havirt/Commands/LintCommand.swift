import ArgumentParser
import GitSource
import Reconciler
import StateSpec

struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check the specs of a commit or a work tree.",
        discussion: """
            Needs no node. Reports all findings at once, as file:line:column: code: message. \
            Exits with 1 if any of them is an error.

            EXAMPLES
              havirt lint --repo .                   the tip of the branch that is checked out
              havirt lint --repo . --worktree        what is not committed yet
              havirt lint --repo . --rev topic --since main
                                                     a pull request against its base
            """)

    @OptionGroup var global: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("A branch, tag or commit to check.", valueName: "rev"))
    var rev: String?

    @Option(name: .long, help: ArgumentHelp("Compare with this commit: no node may vanish.", valueName: "rev"))
    var since: String?

    @Flag(name: .long, help: "Check uncommitted files.")
    var worktree = false

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func validate() throws {
        if worktree && (rev != nil || since != nil) {
            throw ValidationError("--worktree reads uncommitted files; it does not go with --rev or --since")
        }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
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
        if worktree { return try wiring.workTree().read().findings }
        let commits = try wiring.commits(revision: rev)
        for note in await commits.refresh() { Terminal.note("havirt: \(note)") }
        let load = try commits.load(try commits.tip())
        guard let since else { return load.findings }
        let base = try wiring.commits(revision: since)
        let previous = try base.load(try base.tip()).state
        return (load.findings + CommitChooser.broken(load.state, since: previous)).sorted()
    }
}

/// How plans and findings are shown.
enum PlanFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}
