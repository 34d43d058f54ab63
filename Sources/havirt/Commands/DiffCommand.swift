import ArgumentParser
import GitSource
import Reconciler
import StateSpec

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "What a change between two commits would mean, in the words of `plan`.",
        discussion: """
            Plans for both commits against the same observation, and shows which steps would come or go, and which \
            decisions change, beside the files that differ. Exits with 0 if the plan stays the same, 2 if it does \
            not, 1 if one of the commits cannot be used.

            EXAMPLES
              havirt diff main..topic                what merging it would mean
              havirt diff HEAD~1..                   what the last commit meant
              havirt diff main..topic --observed scan.json
                                                     a saved scan, no node needed
            """)

    @Argument(help: ArgumentHelp("Two revisions; the branch's tip where one is left out.", valueName: "a..b"))
    var range: RevisionRange

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let comparison = try await Comparison(range, wiring)
        let seen =
            if let observed { try Planning.saved(observed) } else { try await comparison.look(wiring) }
        let difference = comparison.difference(seen)
        let files = try comparison.files()
        switch format {
        case .json: Terminal.out(try JSONText.encode(Shown(files: files, plan: difference)))
        case .text: Terminal.out(comparison.text(difference, files))
        }
        if !difference.isEmpty { throw ExitStatus.pending }
    }

    private struct Shown: Encodable {
        let files: [Comparison.ChangedFile]
        let plan: PlanDifference
    }
}

/// Two revisions, as git writes them: `a..b`.
struct RevisionRange: ExpressibleByArgument {
    /// The older one; the branch's tip where nil.
    let older: String?
    /// The newer one; the branch's tip where nil.
    let newer: String?

    init?(argument: String) {
        let parts = argument.split(separator: "..", omittingEmptySubsequences: false)
        // A third dot would mean another thing to git: since the two parted.
        guard parts.count == 2, !parts[1].hasPrefix("."), argument != ".." else { return nil }
        older = parts[0].isEmpty ? nil : String(parts[0])
        newer = parts[1].isEmpty ? nil : String(parts[1])
    }
}
