/// What to run, and within which bounds.
public struct ChildRequest: Sendable {
    /// An absolute path, or a name that is looked up in `PATH`.
    public var executable: String
    /// The arguments, without the executable's own name.
    public var arguments: [String]
    /// The variables that are handed on.
    public var inherits = ChildEnvironment.inheritedNames
    /// Variables set on top of the inherited ones.
    public var environment: [String: String]
    /// Where the child starts; nil for where havirt itself is.
    public var workingDirectory: String?
    /// The bytes that stand in the child's standard input. A `ChildSession` sends its own and ignores these.
    public var input: [UInt8]
    /// How long the child may run. A `ChildSession` has a deadline per answer and ignores this one.
    public var deadline: Duration
    /// How many bytes of standard output are taken before the child is ended.
    public var outputBytesMax: Int

    /// A request; by default without input, for a minute, with at most 16 MiB of output.
    public init(
        executable: String, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String? = nil, input: [UInt8] = [], deadline: Duration = .seconds(60),
        outputBytesMax: Int = 16 << 20
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.deadline = deadline
        self.outputBytesMax = outputBytesMax
    }
}
