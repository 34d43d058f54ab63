internal import Glibc

/// How much of standard error is kept.
let errorOutputBytesMax = 64 << 10

/// Runs a child to its end and returns what it left.
///
/// When the deadline passes, the output grows too large or the calling task is cancelled, the child's whole process
/// group is ended before this throws.
public func runChild(_ request: ChildRequest) async throws(ChildError) -> ChildResult {
    let deadline = ContinuousClock.now + request.deadline
    let result: Result<ChildResult, ChildError>
    do throws(Errno) {
        let cancellation = try Bell()
        result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(Errno) {
                    try Worker.start { continuation.resume(returning: wait(request, deadline, cancellation)) }
                } catch {
                    continuation.resume(
                        returning: .failure(.cannotStart(executable: request.executable, reason: error.text)))
                }
            }
        } onCancel: {
            cancellation.ring()
        }
    } catch {
        throw .cannotStart(executable: request.executable, reason: error.text)
    }
    return try result.get()
}

/// The life of one child, on a thread of its own.
private func wait(
    _ request: ChildRequest, _ deadline: ContinuousClock.Instant, _ cancellation: Bell
) -> Result<ChildResult, ChildError> {
    do throws(ChildError) {
        let child = try RunningChild.start(request, holding: request.input)
        var streams = Streams(outputBytesMax: request.outputBytesMax)
        switch streams.collect(from: child, deadline: deadline, cancellation: cancellation) {
        case .exited:
            return .success(
                ChildResult(exit: child.finish(), output: streams.output, errorOutput: streams.errorOutput))
        case .outputTooLarge:
            _ = child.end()
            return .failure(.outputTooLarge(limit: request.outputBytesMax))
        case .deadlinePassed:
            _ = child.end()
            return .failure(.deadlinePassed(after: request.deadline))
        case .cancelled:
            _ = child.end()
            return .failure(.cancelled)
        }
    } catch {
        return .failure(error)
    }
}

/// What a child has written so far.
private struct Streams {
    enum Ending { case exited, outputTooLarge, deadlinePassed, cancelled }

    private(set) var output: [UInt8] = []
    private(set) var errorOutput: [UInt8] = []
    private let outputBytesMax: Int
    private var outputOpen = true
    private var errorOpen = true

    init(outputBytesMax: Int) { self.outputBytesMax = outputBytesMax }

    mutating func collect(
        from child: borrowing RunningChild, deadline: ContinuousClock.Instant, cancellation: Bell
    ) -> Ending {
        while true {
            // A negative number is a place that poll(2) skips.
            var watched = [child.exitWatch.number, cancellation.pollNumber]
            watched += [outputOpen ? child.output.number : -1, errorOpen ? child.error.number : -1]
            var polled = watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            let count = poll(&polled, nfds_t(polled.count), PollTimeout.milliseconds(until: deadline))
            if count < 0 && errno != EINTR { preconditionFailure("poll: \(Errno.last.text)") }
            if count < 0 { continue }
            if polled[1].revents != 0 { return .cancelled }
            if polled[2].revents != 0 { outputOpen = child.output.read(into: &output, bytesMax: 1 << 16) }
            if polled[3].revents != 0 { errorOpen = child.error.readCapped(into: &errorOutput, bytesMax: 1 << 16) }
            if polled[0].revents != 0 { drain(child) }
            if output.count > outputBytesMax { return .outputTooLarge }
            if polled[0].revents != 0 { return .exited }
            // Asked after reading, too: a child that never pauses would otherwise never meet its deadline.
            if ContinuousClock.now >= deadline { return .deadlinePassed }
        }
    }

    /// Takes what an exited child left in the pipes, and no more: a descendant that lives on (ssh's ControlPersist) may
    /// hold them open for ever.
    private mutating func drain(_ child: borrowing RunningChild) {
        var left = outputOpen ? child.output.waitingBytes : 0
        while left > 0 && output.count <= outputBytesMax {
            let before = output.count
            guard child.output.read(into: &output, bytesMax: left), output.count > before else { break }
            left -= output.count - before
        }
        if errorOpen {
            _ = child.error.readCapped(into: &errorOutput, bytesMax: child.error.waitingBytes)
        }
    }
}

extension Descriptor {
    /// Reads like `read(into:bytesMax:)`, and drops what goes beyond the cap of standard error.
    func readCapped(into bytes: inout [UInt8], bytesMax: Int) -> Bool {
        guard bytesMax > 0 else { return true }
        let open = read(into: &bytes, bytesMax: bytesMax)
        if bytes.count > errorOutputBytesMax { bytes.removeLast(bytes.count - errorOutputBytesMax) }
        return open
    }
}
