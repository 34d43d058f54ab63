internal import ChildProcess
internal import Reconciler

/// What it means that ssh itself failed.
enum SSHFailure {
    /// ssh's exit status for all its failures. Our scripts never use it.
    static let status: Int32 = 255

    /// ssh gives one status for a refused connection, a failed log-in and a host key it does not trust; only its text
    /// tells them apart, and text is for people: it changes with versions. So all of them are `.unreachable`, with
    /// that text as the detail.
    static func silence(_ exit: ChildExit, _ errorOutput: [UInt8]) -> Silence {
        let said = ByteText.excerpt(errorOutput)
        return Silence(.unreachable, said.isEmpty ? "ssh: \(exit)" : said)
    }

    static func silence(_ error: ChildError, deadline: Duration) -> Silence {
        switch error {
        case .deadlinePassed: Silence(.deadline, "after \(rounded(deadline)) s")
        case .outputTooLarge(let limit): Silence(.flood, "more than \(limit) bytes")
        case .cannotStart, .cancelled, .ended: Silence(.unreachable, ByteText.excerpt(error.description.utf8))
        }
    }

    private static func rounded(_ span: Duration) -> Int64 {
        span.components.seconds + (span.components.attoseconds >= 500_000_000_000_000_000 ? 1 : 0)
    }
}
