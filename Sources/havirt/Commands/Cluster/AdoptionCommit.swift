import ArgumentParser
import GitSource
import Reconciler
import StateSpec

/// An adoption as one commit: shown, and made where the run commits.
struct AdoptionCommit {
    let wiring: Wiring
    let commits: GitCommits
    let options: AdoptionOptions
    /// "adopt", "import".
    let verb: String

    /// Makes an adoption; shows what was left out where nothing is adopted at all.
    func prepare(_ make: () throws -> Adoption) throws -> Adoption {
        do {
            return try make()
        } catch let refusal as AdoptionRefusal {
            Terminal.progressDone()
            for line in AdoptionText.lines(refusal.leftOut) { Terminal.note(line) }
            throw Report.refusal(refusal.description, refusal.findings)
        }
    }

    /// The `xmlPolicy` that allows what is adopted and what git has; nothing where the one in force does.
    private func policy(_ adoption: Adoption, _ base: AdoptionBase) throws -> String {
        let inGit = try base.tree.files.filter { $0.kind == .file && $0.path.hasSuffix(".xml") }.map { try $0.read() }
        let documents = inGit + adoption.files.filter { $0.path.hasSuffix(".xml") }.map(\.bytes)
        let current = wiring.settings.xmlPolicy
        let lines = try PolicyLines(documents, current: current)
        if documents.isEmpty || lines.isAllowed { return "" }
        let title =
            current == nil
            ? "These lines in havirt.conf would allow what the domains ask of the nodes, and no more:"
            : "The `xmlPolicy` of havirt.conf does not allow all that the domains ask of the nodes; this one would:"
        let text = lines.text.split(separator: "\n").map { "    \($0)\n" }.joined()
        let never = lines.never.map { "No line can allow that \($0).\n" }.joined()
        return "\(title)\n\n\(text)\n\(never.isEmpty ? "" : never + "\n")"
    }

    /// - Parameter outlook: what a person should know of the time after.
    func run(_ adoption: Adoption, on base: AdoptionBase, outlook: String) async throws {
        let proposal = try options.proposal()
        let words = try options.message.map { ", " + (try CommitWords.check($0, option: "--message")) } ?? ""
        if adoption.files.isEmpty { return Terminal.out(AdoptionText.render(adoption)) }
        let message = "cluster: \(verb) \(AdoptionText.counts(adoption))\(words)"
        let author = Escaped(try commits.author(), charactersMax: 300).bare
        let branch = try proposal ?? commits.branchToWrite()
        Terminal.out("Commit by \(author) on branch \(branch)\n\n    \(message)\n\n")
        Terminal.out(AdoptionText.render(adoption) + "\n\(try policy(adoption, base))\(outlook)\n")
        guard options.commit.acts(wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        let edits = adoption.files.map { file in
            FileEdit(path: commits.pathInRepository(file.path)) { old in
                guard old == nil else { throw Failure("it was committed meanwhile; \(verb) again") }
                return file.bytes
            }
        }
        let made: BranchWriter.Made
        if let proposal {
            made = try await commits.propose(edits, message: message, as: proposal)
        } else {
            made = try await commits.commit(edits, message: message, isOffline: options.commit.offline)
        }
        let place = made.isPending ? ", which waits on this machine to be pushed by the next run" : ""
        Terminal.out("Made commit \(made.commit.short) on branch \(branch)\(place).\n")
    }
}
