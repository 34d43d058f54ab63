import ArgumentParser

struct ClusterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "What concerns the cluster as a whole.",
        discussion: """
            EXAMPLES
              havirt cluster unlock                  who holds the lock, on which node
            """,
        subcommands: [ClusterUnlock.self])
}
