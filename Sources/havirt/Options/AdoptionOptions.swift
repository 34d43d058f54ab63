import ArgumentParser
import GitSource
import Reconciler
import StateSpec

/// What both commands take that write the first repository.
struct AdoptionOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The cluster's name; by default as the repository is called.", valueName: "name"))
    var name: String?

    @Option(
        name: .customLong("shared-path"),
        help: ArgumentHelp("A folder that is the same storage on every node; may be repeated.", valueName: "folder"))
    var sharedPaths: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("Commit on this new branch instead, for review.", valueName: "branch"))
    var propose: String?

    @Option(name: .long, help: ArgumentHelp("Why, for the commit's message.", valueName: "text"))
    var message: String?

    @OptionGroup var commit: CommitOptions

    func validate() throws {
        if propose != nil && commit.offline { throw ValidationError("--propose and --offline exclude each other") }
        for path in sharedPaths where !path.hasPrefix("/") || path == "/" {
            throw ValidationError("--shared-path takes an absolute folder, such as /media/shared")
        }
    }

    /// The branch that is proposed, if one is.
    func proposal() throws(Failure) -> BranchName? {
        guard let propose else { return nil }
        do throws(MirrorError) { return try BranchName(propose) } catch { throw Failure("\(error)") }
    }

    /// What git has already, and what it is to be called.
    func base(_ commits: GitCommits, _ tree: SpecTree) throws -> AdoptionBase {
        let folders = sharedPaths.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        var base = AdoptionBase(tree: tree, name: try clusterName(commits), sharedPaths: folders)
        if let known = base.existing().state, base.hasClusterFile {
            if name != nil, base.name != known.cluster.name {
                throw Failure("the cluster is called \(known.cluster.name) in git, and keeps its name")
            }
            base.name = known.cluster.name
        }
        return base
    }

    private func clusterName(_ commits: GitCommits) throws(Failure) -> ClusterName {
        if let name {
            do throws(NameError) { return try ClusterName(name) } catch { throw Failure("\(error)") }
        }
        guard let name = commits.clusterName else { throw Failure("name the cluster: --name NAME") }
        return name
    }
}
