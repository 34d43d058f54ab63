import ArgumentParser
import Reconciler
import StateSpec

struct DomainCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain",
        abstract: "Look at the domains.",
        discussion: """
            EXAMPLES
              havirt domain list                     definitions and rules of all domains
              havirt domain xml web1                 the XML as in git
              havirt domain xml web1 --rendered | ssh alpha virsh -c qemu:///system create --validate /dev/stdin
                                                     what a start would run, bypassing havirt's lock
            """,
        subcommands: [DomainList.self, DomainXMLCommand.self])
}

/// Names of domains on the command line.
enum DomainChoice {
    /// The domain with this name; a name that git does not have is an error.
    static func find(_ text: String, _ desired: DesiredState) throws -> DomainSpec {
        guard let domain = desired.domains.first(where: { $0.name.text == text }) else {
            let near = desired.domains.map(\.name.text).filter { $0.hasPrefix(text.prefix(2)) }.prefix(5)
            let hint = near.isEmpty ? "`havirt domain list` shows all" : "did you mean \(near.joined(separator: ", "))?"
            throw Failure("there is no domain \(Escaped(text)) in git; \(hint)")
        }
        return domain
    }
}
