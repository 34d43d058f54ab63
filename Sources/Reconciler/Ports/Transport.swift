public import StateSpec

/// The narrow door to a node: everything above it is the same code for real and simulated nodes.
public protocol Transport: Sendable {
    /// Runs a script on a node, feeds it `input`, and gives back what it printed, unjudged.
    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply
    /// Starts a script on a node and stays connected; it lives until it is closed or the connection is lost.
    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession
    /// Whether anything shows itself to be alive at this address, though it may let nobody in. Asked where a machine is
    /// said to be off; throws where that cannot be told.
    func isHeard(_ node: SSHDestination, deadline: Duration) async throws(NodeError) -> Bool
}

extension Transport {
    /// A door behind which silence has one cause only hears nobody.
    public func isHeard(_ node: SSHDestination, deadline: Duration) async throws(NodeError) -> Bool { false }
}

/// A script that runs on nodes: a constant of havirt's own source, in which nothing from git or from a node ever stands.
public struct NodeScript: Sendable {
    /// What the scripts are for. A simulated node goes by it; a real one by the text.
    public enum Purpose: String, Sendable, CaseIterable {
        /// Looks at the node.
        case scan
        /// Runs one command in the guard.
        case command
        /// Holds the lock.
        case lock
        /// Tells who holds the lock, or breaks it.
        case holder
        /// Asks an iSCSI portal for its targets.
        case discover
        /// Anything else.
        case other
    }

    /// What it is for.
    public let purpose: Purpose
    /// What the node's shell reads, in parts.
    private let parts: [StaticString]

    /// A script, of one or more parts that are read one after the other.
    public init(_ purpose: Purpose, _ parts: StaticString...) {
        self.purpose = purpose
        self.parts = parts
    }

    /// What the node's shell reads.
    public var bytes: [UInt8] { parts.flatMap(\.bytes) }

    /// How many bytes that is.
    public var bytesCount: Int { parts.reduce(0) { $0 + $1.utf8CodeUnitCount } }
}

extension StaticString {
    /// The UTF-8 bytes.
    fileprivate var bytes: [UInt8] { withUTF8Buffer { Array($0) } }
}

/// One script to run on a node.
public struct NodeRequest: Sendable {
    /// What to run.
    public let script: NodeScript
    /// Data for the script's standard input. Names, uuids and XML travel here and nowhere else.
    public let input: [UInt8]
    /// When to give up.
    public let deadline: Duration
    /// The most output to accept, in bytes.
    public let outputBytesMax: Int

    /// A request.
    public init(script: NodeScript, input: [UInt8] = [], deadline: Duration, outputBytesMax: Int = 1 << 20) {
        self.script = script
        self.input = input
        self.deadline = deadline
        self.outputBytesMax = outputBytesMax
    }
}

/// What a script printed.
public struct NodeReply: Sendable {
    /// Its exit status.
    public let status: Int32
    /// Its output.
    public let output: [UInt8]
    /// Its error output, capped.
    public let errorOutput: [UInt8]

    /// A reply.
    public init(status: Int32, output: [UInt8], errorOutput: [UInt8]) {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }
}

/// A script that stays connected.
public protocol NodeSession: Sendable {
    /// Sends bytes to its standard input.
    func send(_ bytes: [UInt8]) async throws(NodeError)
    /// The next line of its output without the newline; nil when the output has ended.
    func readLine(deadline: Duration) async throws(NodeError) -> [UInt8]?
    /// Closes its standard input and waits briefly for it to end.
    func close() async
}
