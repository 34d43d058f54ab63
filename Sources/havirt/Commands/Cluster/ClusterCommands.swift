import ArgumentParser

struct ClusterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "What concerns the cluster as a whole.",
        discussion: """
            EXAMPLES
              havirt cluster status                  the cluster on one screen
              havirt cluster validate                all drift, with what would end it
              havirt cluster balance                 what would even out the nodes
              havirt cluster unlock                  who holds the lock, on which node
              havirt cluster adopt alpha beta gamma  write what runs into git
              havirt cluster import /media/havirt    the original havirt's records
            """,
        subcommands: [
            ClusterStatus.self, ClusterValidate.self, ClusterBalance.self, ClusterUnlock.self, ClusterAdopt.self,
            ClusterImport.self,
        ])
}
