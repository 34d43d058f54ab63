import ArgumentParser

struct NodeCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Look at the nodes, and say what is to become of them.",
        discussion: """
            EXAMPLES
              havirt node update                     ask all nodes for their resources
              havirt node list --format json         what is known of them
              havirt node show beta                  one of them on one screen
              havirt node scan --save scan.json      which domain runs where
              havirt node iscsiscan                  targets, sessions, LUNs and sizes anew
              havirt node maintenanceon beta --yes   empty it, and keep it empty
              havirt node maintenanceoff beta --yes  let it take domains again
              havirt node fenced beta --reason TEXT  it is off: start its domains elsewhere
              havirt node retire beta                empty it for good
              havirt node gate                       what limits havirt's keys on the nodes
            """,
        subcommands: [
            NodeUpdate.self, NodeList.self, NodeShow.self, NodeScan.self, NodeISCSIScan.self, NodeMaintenanceOn.self,
            NodeMaintenanceOff.self,
            NodeFenced.self, NodeRetire.self, NodeGate.self,
        ])
}
