import GitSource
import Reconciler
import StateSpec

/// What a balance would do as a commit on a branch of its own, for review: each domain prefers its new place.
struct BalanceProposal {
    let wiring: Wiring
    let planned: Round.Planned
    let branch: String

    /// Shows the commit; makes it where the run commits.
    func run(commits isMade: Bool) async throws {
        let name: BranchName
        do { name = try BranchName(branch) } catch { throw Failure("\(error)") }
        guard let report = planned.plan.balance, !report.moves.isEmpty else {
            Terminal.out(planned.plan.balance.map { BalanceText.render($0) } ?? "")
            return Terminal.out("There is nothing to propose.\n")
        }
        let commits = try wiring.commits(revision: nil)
        guard let tip = planned.loaded.commit else { throw Failure("there is no commit to build on") }
        // Of a saved scan, that the tip does not follow from what was applied was only noted.
        try planned.loaded.demandUsableTip()
        try commits.demandDescent(
            tip, from: Round.applied(planned.observed), of: planned.loaded.desired.cluster.name)
        var edits: [FileEdit] = []
        var files: [SpecFile] = []
        for move in report.moves {
            let file = "domains/\(move.domain.name).yaml"
            let target = move.to.text
            let edit = { @Sendable (old: [UInt8]?) in
                try YAMLEditor.set("prefer", to: .string(target), in: old ?? [])
            }
            let path = commits.pathInRepository(file)
            edits.append(FileEdit(path: path, apply: edit))
            files.append(SpecFile(path: file, bytes: try edit(try commits.contents(of: file, at: tip))))
        }
        let load = try commits.load(tip, changing: files)
        guard load.state != nil else { throw Report.refusal("the commit could not be used", load.findings) }
        let message = message(report)
        let indented = message.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        Terminal.out("Commit on branch \(name)\n\n\(indented.joined(separator: "\n"))\n\n")
        guard isMade else {
            Terminal.out("Nothing is committed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        let made = try await commits.propose(edits, message: message, as: name)
        Terminal.out("Made commit \(made.commit.short) on branch \(name).\n")
    }

    private func message(_ report: BalanceReport) -> String {
        let moves = report.moves.map { "  \($0.domain): \($0.from) -> \($0.to)" }.joined(separator: "\n")
        return """
            balance: prefer other places for \(report.moves.count == 1 ? "a domain" : "\(report.moves.count) domains")

            \(BalanceText.render(report))
            \(moves)

            A preference moves nothing that runs: havirt cluster balance --yes does.
            """
    }
}
