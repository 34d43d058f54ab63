/// What a session's thread and its callers share, and the rules of who is served when. No system calls here.
struct SessionState {
    /// A caller that waits for a line.
    struct LineWaiter {
        let ticket: UInt64
        let deadline: ContinuousClock.Instant
        let span: Duration
        /// What it waits for; nil for the end of a line.
        let mark: [UInt8]?
        let bytesMax: Int
        let continuation: CheckedContinuation<Result<[UInt8]?, ChildError>, Never>
    }

    /// A caller that waits for the child's end.
    struct ExitWaiter {
        let ticket: UInt64
        let continuation: CheckedContinuation<Result<ChildExit, ChildError>, Never>
    }

    /// Beyond this much unread output the child is left to block on its pipe.
    static let unreadBytesMax = 1 << 20
    static let unsentBytesMax = 16 << 20

    var unsent: ArraySlice<UInt8> = []
    var errorOutput: [UInt8] = []
    /// No more output will come.
    var outputEnded = false
    /// No more input is taken.
    var inputClosed = false
    /// Set by `close`: when the child must be gone.
    var closeBy: ContinuousClock.Instant?
    var exit: ChildExit?
    var exitWaiters: [ExitWaiter] = []
    private(set) var lineWaiters: [LineWaiter] = []
    private var lines = LineBuffer()
    private var nextTicket: UInt64 = 0

    /// The thread polls output only while somebody will read it.
    var wantsOutput: Bool {
        if outputEnded { return false }
        return closeBy != nil || lines.count <= max(Self.unreadBytesMax, lineWaiters.first?.bytesMax ?? 0)
    }

    /// When the thread has to look again.
    var wakeAt: ContinuousClock.Instant? {
        (lineWaiters.map(\.deadline) + (closeBy.map { [$0] } ?? [])).min()
    }

    mutating func ticket() -> UInt64 {
        nextTicket += 1
        return nextTicket
    }

    /// Takes new output; after `close` nobody will read it.
    mutating func receive(_ bytes: [UInt8]) {
        if closeBy == nil { lines.append(bytes) }
    }

    /// A line that is there already, for a caller with nobody before it; nil if it has to wait.
    mutating func lineAtOnce(mark: [UInt8]?, bytesMax: Int) -> Result<[UInt8]?, ChildError>? {
        lineWaiters.isEmpty ? next(mark: mark, bytesMax: bytesMax) : nil
    }

    mutating func wait(_ waiter: LineWaiter) { lineWaiters.append(waiter) }

    /// Takes back the waiter with `ticket`, if it was not served meanwhile.
    mutating func withdrawLineWaiter(_ ticket: UInt64) -> LineWaiter? {
        lineWaiters.firstIndex { $0.ticket == ticket }.map { lineWaiters.remove(at: $0) }
    }

    mutating func withdrawExitWaiter(_ ticket: UInt64) -> ExitWaiter? {
        exitWaiters.firstIndex { $0.ticket == ticket }.map { exitWaiters.remove(at: $0) }
    }

    /// Everybody who can be served now, with what they get, in order.
    mutating func served(
        at now: ContinuousClock.Instant
    ) -> [(waiter: LineWaiter, answer: Result<[UInt8]?, ChildError>)] {
        var served: [(waiter: LineWaiter, answer: Result<[UInt8]?, ChildError>)] = []
        while let first = lineWaiters.first, let answer = next(mark: first.mark, bytesMax: first.bytesMax) {
            served.append((first, answer))
            lineWaiters.removeFirst()
        }
        for waiter in lineWaiters where waiter.deadline <= now {
            served.append((waiter, .failure(.deadlinePassed(after: waiter.span))))
        }
        lineWaiters.removeAll { $0.deadline <= now }
        return served
    }

    private mutating func next(mark: [UInt8]?, bytesMax: Int) -> Result<[UInt8]?, ChildError>? {
        let length = mark.map { lines.length(before: $0) } ?? lines.lineLength(atEnd: outputEnded)
        if let length {
            if length > bytesMax { return .failure(.outputTooLarge(limit: bytesMax)) }
            return .success(lines.take(length, mark: mark?.count ?? 1))
        }
        if lines.count > bytesMax { return .failure(.outputTooLarge(limit: bytesMax)) }
        return outputEnded ? .success(nil) : nil
    }
}
