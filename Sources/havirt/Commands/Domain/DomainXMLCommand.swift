import ArgumentParser
import Reconciler
import StateSpec

struct DomainXMLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "xml",
        abstract: "A domain's XML: as in git, as it would be started, or as it runs.",
        discussion: """
            With --rendered the metadata bear the commit and the digest of the XML, as havirt starts it. With --live \
            it is what libvirt prints on the node where the domain runs, without secrets; all nodes are scanned.

            EXAMPLES
              havirt domain xml web1
              havirt domain xml web1 --rendered \\
                | ssh alpha virsh -c qemu:///system create --validate /dev/stdin
                                         what a start runs, without havirt's lock
              havirt domain xml web1 --live | diff <(havirt domain xml web1) -
            """)

    @Argument(help: "The domain.", completion: NameCompletion.domains)
    var domain: String

    @OptionGroup var global: GlobalOptions

    @Flag(name: .long, help: "As it would be started.")
    var rendered = false

    @Flag(name: .long, help: "As libvirt has it where it runs.")
    var live = false

    @Option(
        name: .long, help: ArgumentHelp("With --live, a saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    func validate() throws {
        if rendered && live { throw ValidationError("--rendered and --live exclude each other") }
        if observed != nil && !live { throw ValidationError("--observed goes with --live: git is not scanned") }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        if live { return try await showLive(wiring) }
        let loaded = try await Loading.load(wiring)
        let spec = try DomainChoice.find(domain, loaded.desired)
        guard rendered else { return Terminal.document(spec.xml) }
        guard let commit = loaded.commit else { throw Failure("uncommitted files are never started") }
        Terminal.document(try spec.renderedXML(commit: commit))
    }

    private func showLive(_ wiring: Wiring) async throws {
        let planned = try await Planning(wiring: wiring).run(observed)
        let spec = try DomainChoice.find(domain, planned.loaded.desired)
        let home = try DomainHome.find(spec, in: planned.observed)
        guard let xml = planned.observed.domain(spec.uuid, on: home)?.documents?.live else {
            throw Failure("the scan does not hold the XML of \(spec.name); `havirt node scan --save` writes it anew")
        }
        Terminal.document(xml.utf8)
    }
}
