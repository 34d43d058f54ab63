/// A child that lives for many questions and answers: an ssh session held open, with a lock or a shell at its far end.
///
/// The child is ended with its whole process group by `close`, or when the last reference to the session goes, whatever
/// became of the tasks that used it.
public final class ChildSession: Sendable {
    private let life: SessionLife

    /// Starts the child; the request's input, deadline and output limit are not used.
    public static func start(_ request: ChildRequest) async throws(ChildError) -> ChildSession {
        ChildSession(life: try await SessionLife.start(request))
    }

    private init(life: SessionLife) { self.life = life }

    deinit { life.kill() }

    /// Hands bytes to the child in the order of the calls; what its pipe does not take at once is kept and sent later.
    ///
    /// Throws `ended` when the child is gone or was closed, `outputTooLarge` when it takes nothing and more than 16 MiB
    /// wait for it.
    public func send(_ bytes: [UInt8]) async throws(ChildError) { try life.send(bytes) }

    /// The next line without its newline; nil at the end of the output. Several callers get a line each, in their order.
    ///
    /// Bytes after the last newline are a line, too: a protocol in which a cut answer matters needs an end marker.
    /// After an error the session is out of step with its child and is best closed: a late answer would be taken for the
    /// answer to the next question.
    public func readLine(deadline: Duration, bytesMax: Int = 1 << 20) async throws(ChildError) -> [UInt8]? {
        try await life.read(through: nil, deadline: deadline, bytesMax: bytesMax)
    }

    /// All output up to a mark, without the mark; nil when the output ends before one comes, for then it was cut.
    ///
    /// For answers of many lines, each of which would else be a wait of its own. The mark is found wherever it stands:
    /// it must be such that nothing else can look like it.
    public func read(
        through mark: [UInt8], deadline: Duration, bytesMax: Int = 1 << 20
    ) async throws(ChildError) -> [UInt8]? {
        precondition(!mark.isEmpty, "an empty mark stands everywhere")
        return try await life.read(through: mark, deadline: deadline, bytesMax: bytesMax)
    }

    /// How the child ended; nil while it lives.
    public var exit: ChildExit? { life.exit }

    /// Waits for the child's end without hastening it.
    public func waitForExit() async throws(ChildError) -> ChildExit { try await life.waitForExit() }

    /// What it has written to standard error so far, the first 64 KiB.
    public var errorOutput: [UInt8] { life.errorOutput }

    /// Closes the child's standard input, gives it `grace` to exit, then ends its process group. Safe to call twice.
    public func close(grace: Duration = .seconds(1)) async -> ChildResult { await life.close(grace: grace) }
}
