public import StateSpec

/// A command with which a person ends what a finding tells of. As data, so that quoting is done in one place.
public struct Remedy: Hashable, Codable, Sendable {
    /// What the command reads.
    public enum Input: Hashable, Codable, Sendable {
        /// Nothing.
        case nothing
        /// Lines of text, without their newlines.
        case lines([String])
        /// What a command prints on another node, on its way through one on the machine where it is pasted.
        case output(of: NodeName, [String], through: [String]? = nil)
    }

    /// What is done on the node.
    public enum Action: Hashable, Codable, Sendable {
        /// Runs a program.
        case run([String])
        /// Adds the input to a file, beginning on a new line.
        case append(to: String)
        /// Makes the input the file's whole content, unless it is empty.
        case replace(String)
    }

    /// Where.
    public let node: NodeName
    /// What.
    public let action: Action
    /// What it reads.
    public let input: Input

    /// A command.
    public init(on node: NodeName, _ action: Action, input: Input = .nothing) {
        self.node = node
        self.action = action
        self.input = input
    }

    /// A command of virsh.
    static func virsh(_ words: String..., on node: NodeName) -> Remedy {
        Remedy(on: node, .run(["virsh", "-c", "qemu:///system"] + words))
    }
}
