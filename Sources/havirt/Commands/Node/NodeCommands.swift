import ArgumentParser

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Look at the nodes.",
        discussion: """
            EXAMPLES
              havirt node update                     ask all nodes for their resources
              havirt node list --format json         what is known of them
              havirt node scan --save scan.json      which domain runs where
            """,
        subcommands: [NodeUpdate.self, NodeList.self, NodeScan.self])
}
