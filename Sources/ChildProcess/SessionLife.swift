internal import Glibc
internal import Synchronization

/// The thread of one session and what its callers ask of it.
final class SessionLife: Sendable {
    private let state = Mutex(SessionState())
    /// Rung when a caller changed something that the thread has to see.
    private let bell: Bell

    private init(bell: Bell) { self.bell = bell }

    static func start(_ request: ChildRequest) async throws(ChildError) -> SessionLife {
        let started: Result<SessionLife, ChildError> = await withCheckedContinuation { continuation in
            do throws(Errno) {
                let life = SessionLife(bell: try Bell())
                try Worker.start {
                    do throws(ChildError) {
                        let child = try RunningChild.start(request, holding: nil)
                        continuation.resume(returning: .success(life))
                        life.run(child)
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            } catch {
                continuation.resume(
                    returning: .failure(.cannotStart(executable: request.executable, reason: error.text)))
            }
        }
        return try started.get()
    }

    var exit: ChildExit? { state.withLock { $0.exit } }
    var errorOutput: [UInt8] { state.withLock { $0.errorOutput } }

    func send(_ bytes: [UInt8]) throws(ChildError) {
        let failure: ChildError? = state.withLock { state in
            if state.inputClosed || state.closeBy != nil { return .ended }
            if state.unsent.count + bytes.count > SessionState.unsentBytesMax {
                return .outputTooLarge(limit: SessionState.unsentBytesMax)
            }
            state.unsent += bytes
            return nil
        }
        if let failure { throw failure }
        bell.ring()
    }

    /// A line, or with `mark` all output before it.
    func read(through mark: [UInt8]?, deadline: Duration, bytesMax: Int) async throws(ChildError) -> [UInt8]? {
        let until = ContinuousClock.now + deadline
        let ticket = state.withLock { $0.ticket() }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = SessionState.LineWaiter(
                    ticket: ticket, deadline: until, span: deadline, mark: mark, bytesMax: bytesMax,
                    continuation: continuation)
                let atOnce: Result<[UInt8]?, ChildError>? = state.withLock { state in
                    // Cancelled before the waiter was there to be withdrawn.
                    if Task.isCancelled { return .failure(.cancelled) }
                    let wantedOutput = state.wantsOutput
                    let answer = state.lineAtOnce(mark: mark, bytesMax: bytesMax)
                    if answer == nil { state.wait(waiter) }
                    // The thread has an earlier deadline now, or room for output again.
                    if answer == nil || state.wantsOutput != wantedOutput { bell.ring() }
                    return answer
                }
                if let atOnce { continuation.resume(returning: atOnce) }
            }
        } onCancel: {
            state.withLock { $0.withdrawLineWaiter(ticket) }?.continuation.resume(returning: .failure(.cancelled))
        }
        return try answer.get()
    }

    func waitForExit() async throws(ChildError) -> ChildExit {
        let ticket = state.withLock { $0.ticket() }
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let atOnce: Result<ChildExit, ChildError>? = state.withLock { state in
                    if let exit = state.exit { return .success(exit) }
                    if Task.isCancelled { return .failure(.cancelled) }
                    state.exitWaiters.append(SessionState.ExitWaiter(ticket: ticket, continuation: continuation))
                    return nil
                }
                if let atOnce { continuation.resume(returning: atOnce) }
            }
        } onCancel: {
            state.withLock { $0.withdrawExitWaiter(ticket) }?.continuation.resume(returning: .failure(.cancelled))
        }
        return try answer.get()
    }

    func close(grace: Duration) async -> ChildResult {
        closeBy(.now + grace)
        // Not `waitForExit`: a cancelled owner must not leave before the child is gone.
        let answer = await withCheckedContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil {
                    state.exitWaiters.append(
                        SessionState.ExitWaiter(ticket: state.ticket(), continuation: continuation))
                }
                return state.exit
            }
            if let exit { continuation.resume(returning: .success(exit)) }
        }
        switch answer {
        case .success(let exit): return ChildResult(exit: exit, output: [], errorOutput: errorOutput)
        case .failure(let error):
            preconditionFailure("only a cancellation fails this wait, and none was set up: \(error)")
        }
    }

    /// Ends the child without waiting for it.
    func kill() { closeBy(.now) }

    private func closeBy(_ instant: ContinuousClock.Instant) {
        state.withLock { $0.closeBy = min($0.closeBy ?? instant, instant) }
        bell.ring()
    }
}

// MARK: - The thread

extension SessionLife {
    private func run(_ child: consuming RunningChild) {
        var errorOpen = true
        while true {
            let (wantsOutput, hasUnsent, wakeAt) = state.withLock { ($0.wantsOutput, !$0.unsent.isEmpty, $0.wakeAt) }
            var polled = [
                pollfd(fd: child.exitWatch.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.pollNumber, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wantsOutput ? child.output.number : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorOpen ? child.error.number : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasUnsent ? child.inputNumber : -1, events: Int16(POLLOUT), revents: 0),
            ]
            let count = poll(&polled, nfds_t(polled.count), PollTimeout.milliseconds(until: wakeAt))
            if count < 0 {
                precondition(errno == EINTR, "poll: \(Errno.last.text)")
                continue
            }
            if polled[1].revents != 0 { bell.clear() }
            if polled[2].revents != 0 { receive(child, bytesMax: 1 << 16) }
            if polled[3].revents != 0 { errorOpen = receiveError(child, bytesMax: 1 << 16) }
            let hasExited = polled[0].revents != 0
            if hasExited { drain(child, errorOpen: errorOpen) }
            sendUnsent(to: &child)
            serve()
            if hasExited { return conclude(child.finish()) }
            if let closeBy = state.withLock({ $0.closeBy }), closeBy <= .now { return conclude(child.end()) }
        }
    }

    private func receive(_ child: borrowing RunningChild, bytesMax: Int) {
        var bytes: [UInt8] = []
        let open = child.output.read(into: &bytes, bytesMax: bytesMax)
        state.withLock { state in
            state.receive(bytes)
            if !open { state.outputEnded = true }
        }
    }

    private func receiveError(_ child: borrowing RunningChild, bytesMax: Int) -> Bool {
        state.withLock { child.error.readCapped(into: &$0.errorOutput, bytesMax: bytesMax) }
    }

    /// Takes what an exited child left in its pipes, and no more: a descendant may hold them open.
    private func drain(_ child: borrowing RunningChild, errorOpen: Bool) {
        if errorOpen { _ = receiveError(child, bytesMax: child.error.waitingBytes) }
        var left = child.output.waitingBytes
        while left > 0 {
            receive(child, bytesMax: left)
            left -= min(left, 1 << 16)
        }
    }

    private func sendUnsent(to child: inout RunningChild) {
        let mustClose = state.withLock { state in
            if !state.inputClosed && !child.write(&state.unsent) { state.inputClosed = true }
            if state.closeBy != nil && state.unsent.isEmpty { state.inputClosed = true }
            if state.inputClosed { state.unsent = [] }
            return state.inputClosed
        }
        if mustClose { child.input = nil }
    }

    private func serve() {
        for (waiter, answer) in state.withLock({ $0.served(at: .now) }) {
            waiter.continuation.resume(returning: answer)
        }
    }

    private func conclude(_ exit: ChildExit) {
        let waiters = state.withLock { state in
            state.exit = exit
            state.outputEnded = true
            state.inputClosed = true
            state.unsent = []
            defer { state.exitWaiters = [] }
            return state.exitWaiters
        }
        serve()
        for waiter in waiters { waiter.continuation.resume(returning: .success(exit)) }
    }
}

extension RunningChild {
    /// -1, which poll(2) skips, once the input is closed.
    fileprivate var inputNumber: Int32 {
        switch input {
        case .some(let input): input.number
        case nil: -1
        }
    }

    /// Writes as much as the pipe takes; false when the child takes no more input.
    fileprivate borrowing func write(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        let number = inputNumber
        guard number >= 0 else { return false }
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count >= 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                return true
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
