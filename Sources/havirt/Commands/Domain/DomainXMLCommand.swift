import ArgumentParser
import Reconciler
import StateSpec

struct DomainXMLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xml",
        abstract: "A domain's XML, as in git or as it would be started.",
        discussion: """
            With --rendered the metadata bear the commit and the digest of the XML, as havirt starts it.

            EXAMPLES
              havirt domain xml web1
              havirt domain xml web1 --rendered \\
                | ssh alpha virsh -c qemu:///system create --validate /dev/stdin
                                         what a start runs, without havirt's lock
            """)

    @Argument(help: "The domain.")
    var domain: String

    @OptionGroup var global: GlobalOptions

    @Flag(name: .long, help: "As it would be started.")
    var rendered = false

    func run() async throws {
        let loaded = try await Loading.load(Wiring(settings: try global.settings()))
        let spec = try DomainChoice.find(domain, loaded.desired)
        guard rendered else { return Terminal.write(1, spec.xml) }
        guard let commit = loaded.commit else { throw Failure("uncommitted files are never started") }
        Terminal.write(1, try spec.renderedXML(commit: commit))
    }
}
