import ArgumentParser
import Reconciler
import StateSpec

struct DomainCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain",
        abstract: "Look at the domains, and change what is wished for them.",
        discussion: """
            EXAMPLES
              havirt domain list                     definitions and rules of all domains
              havirt domain show web1                one of them on one screen
              havirt domain update ALL               ask the nodes, and record it
              havirt domain xml web1                 the XML as in git
              havirt domain xml web1 --rendered      the XML as a start would pass it to virsh
              havirt domain start web1 beta --yes    keep it running, there if it can be
              havirt domain stop web1 --yes          shut it down, and leave it off
              havirt domain restart web1 --yes       start it anew, from git's XML
              havirt domain migrate web1 alpha --yes
              havirt domain hold web1 --reason "restore under way"
                                                     leave it exactly as it is
              havirt domain console web1             a terminal on its serial console
            """,
        subcommands: [
            DomainList.self, DomainShow.self, DomainUpdate.self, DomainXMLCommand.self, DomainStart.self,
            DomainStop.self, DomainRestart.self, DomainMigrate.self, DomainHold.self, DomainUnhold.self,
            DomainConsole.self,
        ])
}

/// Names of domains on the command line.
enum DomainChoice {
    /// The domain with this name; a name that git does not have is an error.
    static func find(_ text: String, _ desired: DesiredState) throws -> DomainSpec {
        guard let domain = desired.domains.first(where: { $0.name.text == text }) else {
            let nearest = Suggestion.nearest(to: text, among: desired.domains.map(\.name.text))
            let hint = nearest.map { "did you mean \($0)?" } ?? "`havirt domain list` shows all"
            throw Failure("there is no domain \(Escaped(text)) in git; \(hint)")
        }
        return domain
    }
}
