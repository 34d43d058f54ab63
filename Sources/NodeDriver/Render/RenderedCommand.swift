public import Reconciler
public import StateSpec

/// A command as it runs on a node: the same arguments whether havirt runs them in its guard or a person pastes them.
public struct RenderedCommand: Equatable, Sendable {
    /// The arguments, the program first. None of them holds a line break.
    public let arguments: [String]
    /// What the program reads on its standard input.
    public let input: [UInt8]
    /// The domain it concerns, or the marker of the target.
    public let uuid: DomainUUID
    /// What a person pastes in place of the arguments; nil where these will do.
    private let shellLine: String?

    /// Renders a command. The domain is named by uuid only, and XML travels by standard input.
    public init(_ command: NodeCommand) {
        uuid = command.uuid
        shellLine = if case .iscsi(let command) = command { Self.shellLine(of: command) } else { nil }
        let virsh = ["virsh", "-c", "qemu:///system"]
        var input: [UInt8] = []
        switch command {
        case .create(_, let xml):
            input = xml
            arguments = virsh + ["create", "--validate", "/dev/stdin"]
        case .shutdown(let uuid):
            arguments = virsh + ["shutdown", "\(uuid)"]
        case .destroy(let uuid):
            arguments = virsh + ["destroy", "\(uuid)"]
        case .migrate(let uuid, let target, let isPersistent, _):
            // Never virsh's own --timeout: what it does at its end is to suspend the guest, or post-copy.
            arguments =
                virsh + ["migrate", "--live", "--p2p", "--abort-on-error"]
                + (isPersistent ? ["--persistent", "--undefinesource"] : [])
                + ["\(uuid)", MigrationURI.text(of: target)]
        case .abortJob(let uuid):
            arguments = virsh + ["domjobabort", "\(uuid)"]
        case .iscsi(let command): arguments = Self.arguments(of: command)
        }
        self.input = input
    }

    init(arguments: [String], uuid: DomainUUID) {
        self.arguments = arguments
        self.uuid = uuid
        input = []
        shellLine = nil
    }

    /// The line for a person to paste, in a shell of the machine where havirt runs.
    ///
    /// `domain` is the name under which the repository has the domain: its XML is then piped in from there.
    public func pasteable(
        on node: SSHDestination, domain: DomainName? = nil, tools: PastedTools = PastedTools()
    ) -> String {
        let line = tools.line(shellLine ?? ShellQuote.line(arguments), on: node)
        guard arguments.contains("create") else { return line }
        let source = domain.map { name in
            ShellQuote.line(["havirt", "domain", "xml", name.text, "--rendered"] + tools.havirtFlags)
        }
        return "\(source ?? "cat DOMAIN.xml") | \(line)"
    }
}
