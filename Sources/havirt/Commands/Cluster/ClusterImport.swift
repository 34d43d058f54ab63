import ArgumentParser
import GitSource
import Reconciler
import StateSpec

struct ClusterImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write a tree of the original havirt into git, in one commit.",
        discussion: """
            Reads var/node.yaml, var/node_population.yaml, var/domain.yaml and conf/*.xml below DIR, as far as they are \
            there, and writes cluster.d as `cluster adopt` does. No node is asked. A domain that was recorded as running \
            becomes keepalive, every other one manual. What the records say and git has no place for is named; what \
            nodes are asked for anyway, such as their memory, is left out. docs/import.md has the details.

            EXAMPLES
              havirt cluster import /media/shared/havirt
              havirt cluster import /media/shared/havirt --name shop --shared-path /media/shared --yes
              havirt plan                            what would then be done, before anything is
            """)

    @Argument(help: ArgumentHelp("Where the original havirt is, with its var and conf.", valueName: "dir"))
    var directory: String

    @OptionGroup var global: GlobalOptions
    @OptionGroup var adoption: AdoptionOptions

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let commits = try wiring.commits(revision: nil, isOffline: adoption.commit.offline)
        let commit = AdoptionCommit(wiring: wiring, commits: commits, options: adoption, verb: "import")
        let tree = try read()
        let ground = try await commits.ground(isOffline: adoption.commit.offline)
        let base = try adoption.base(commits, ground.tree)
        let made = try commit.prepare { try Adoption.make(tree, base: base) }
        try await commit.run(
            made, on: base, outlook: "No node was asked: `havirt plan` tells what would be done, before anything is.")
    }

    /// The records of a cluster with tens of thousands of domains.
    private static let recordBytesMax = 16 << 20

    private func read() throws -> OriginalTree {
        var limits = SpecLimits()
        limits.fileBytesMax = Self.recordBytesMax
        let tree = OriginalTree(records: try folder("var", limits), definitions: try folder("conf", SpecLimits()))
        guard tree.records != nil || tree.definitions != nil else {
            throw Failure(
                "there is neither var nor conf in \(Escaped(directory).bare): that is no tree of the original havirt")
        }
        return tree
    }

    private func folder(_ name: String, _ limits: SpecLimits) throws -> SpecTree? {
        do throws(GitError) {
            return try WorkTree.tree(root: directory, path: name, limits: limits)
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }
}
