public import StateSpec

/// What connects a person's terminal to a guest's serial console, on the node where it runs.
///
/// ssh's own escapes are off, so that all that is typed reaches virsh, whose `^]` ends it.
public struct ConsoleCommand: Equatable, Sendable {
    private let command: RenderedCommand

    /// The console of a domain.
    ///
    /// - Parameter isForced: whether whoever else is connected is cut off.
    public init(_ uuid: DomainUUID, isForced: Bool) {
        let arguments =
            ["virsh", "-c", "qemu:///system", "console"] + (isForced ? ["--force"] : []) + ["\(uuid)"]
        command = RenderedCommand(arguments: arguments, uuid: uuid)
    }

    /// The line for a person to paste.
    public func pasteable(on node: SSHDestination, tools: PastedTools) -> String {
        command.pasteable(
            on: node, tools: PastedTools(ssh: tools.ssh + ["-t", "-e", "none"], havirtFlags: tools.havirtFlags))
    }

    /// What ssh is called with; its program is `settings.executable`.
    public func sshArguments(on node: SSHDestination, _ settings: SSHSettings) -> [String] {
        SSHArguments.arguments(settings, to: node, running: "exec " + ShellQuote.line(command.arguments))
    }
}
