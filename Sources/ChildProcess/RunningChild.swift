internal import CLinux
internal import Glibc

/// A started child. Whoever holds it ends with `finish` or `end`; there is no third way out, so no child is leaked.
///
/// Own posix_spawn(3) and poll(2) rather than swift-subprocess 1.0.2, which was measured first: there, running out of
/// descriptors is a fatal error of the whole program, a descendant that ignores SIGTERM outlives the teardown as soon
/// as the leader is gone, standard error cannot be capped and drained at once, and a child lives no longer than one
/// closure, which does not fit a session.
struct RunningChild: ~Copyable {
    let pid: pid_t
    /// Readable once the child has exited.
    let exitWatch: Descriptor
    var input: Descriptor?
    let output: Descriptor
    let error: Descriptor

    /// Starts the child; `holding` nil gives it a pipe as standard input, whose other end is `input`.
    static func start(_ request: ChildRequest, holding bytes: [UInt8]?) throws(ChildError) -> RunningChild {
        _ = ProcessSetup.done
        if let objection = objection(to: request) {
            throw .cannotStart(executable: request.executable, reason: objection)
        }
        do throws(Errno) {
            let output = try Pipe(ours: .read)
            let error = try Pipe(ours: .read)
            if let bytes {
                let input = try Descriptor.input(holding: bytes)
                let pid = try spawn(request, input.number, output.write.number, error.write.number)
                return RunningChild(
                    pid: pid, exitWatch: try watch(pid), input: nil, output: output.read, error: error.read)
            }
            let input = try Pipe(ours: .write)
            let pid = try spawn(request, input.read.number, output.write.number, error.write.number)
            return RunningChild(
                pid: pid, exitWatch: try watch(pid), input: input.write, output: output.read, error: error.read)
        } catch {
            throw .cannotStart(executable: request.executable, reason: reason(for: error, request))
        }
    }

    /// Reaps a child that has exited.
    consuming func finish() -> ChildExit {
        Self.reap(pid)
    }

    /// Ends the whole process group: SIGTERM, `grace`, SIGKILL.
    ///
    /// The leader is reaped last: until then its number cannot be given to another process, so the SIGKILL surely meets
    /// our own group, also when the leader went at once and left a descendant behind.
    consuming func end(grace: Duration = .milliseconds(200)) -> ChildExit {
        kill(-pid, SIGTERM)
        waitForExit(until: .now + grace)
        kill(-pid, SIGKILL)
        return Self.reap(pid)
    }

    private func waitForExit(until instant: ContinuousClock.Instant) {
        var watched = [pollfd(fd: exitWatch.number, events: Int16(POLLIN), revents: 0)]
        while poll(&watched, 1, PollTimeout.milliseconds(until: instant)) < 0 && errno == EINTR {}
    }

    private static func reap(_ pid: pid_t) -> ChildExit {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            precondition(errno == EINTR, "child \(pid) was reaped by someone else")
        }
        return ChildExit(waitStatus: status)
    }

    private static func watch(_ pid: pid_t) throws(Errno) -> Descriptor {
        do {
            return try Descriptor(checking: havirt_pidfd(pid))
        } catch {
            kill(-pid, SIGKILL)
            _ = reap(pid)
            throw error
        }
    }

    private static func spawn(
        _ request: ChildRequest, _ input: Int32, _ output: Int32, _ error: Int32
    ) throws(Errno) -> pid_t {
        let arguments = CStrings([request.executable] + request.arguments)
        let environment = CStrings(
            ChildEnvironment.variables(inheriting: request.inherits, overrides: request.environment))
        var pid: pid_t = 0
        let result = request.executable.withCString { executable in
            request.workingDirectory.withOptionalCString { directory in
                var spawned = havirt_spawn_request(
                    executable: executable, arguments: arguments.pointers, environment: environment.pointers,
                    working_directory: directory, input: input, output: output, error: error)
                return havirt_spawn(&spawned, &pid)
            }
        }
        guard result == 0 else { throw Errno(number: result) }
        return pid
    }

    /// A NUL would silently cut a C string short: `name\0.git` would act on `name`.
    private static func objection(to request: ChildRequest) -> String? {
        let pairs = request.environment.flatMap { [$0.key, $0.value] }
        let texts = [request.executable, request.workingDirectory ?? ""] + request.arguments + pairs
        if texts.contains(where: { $0.utf8.contains(0) }) { return "a NUL byte in an argument" }
        if request.environment.keys.contains(where: { $0.isEmpty || $0.utf8.contains(0x3D) }) {
            return "a variable's name is empty or has a '='"
        }
        return request.executable.isEmpty ? "no executable is named" : nil
    }

    private static func reason(for error: Errno, _ request: ChildRequest) -> String {
        guard error.number == ENOENT || error.number == ENOTDIR || error.number == EACCES else { return error.text }
        var status = stat()
        if let directory = request.workingDirectory,
            stat(directory, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR
        {
            return "its working directory \(directory) does not exist"
        }
        return error.number == ENOENT ? "there is no such program" : error.text
    }
}

/// A NULL-terminated array of C strings.
private struct CStrings: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() { (pointers + index).initialize(to: strdup(string)) }
        (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}

extension Optional<String> {
    fileprivate func withOptionalCString<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        switch self {
        case .some(let string): string.withCString(body)
        case nil: body(nil)
        }
    }
}

/// Timeouts for poll(2).
enum PollTimeout {
    /// Until `instant`, rounded up so that poll never returns just before it; -1, for ever, for nil.
    static func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
        guard let instant else { return -1 }
        let left = instant - .now
        guard left > .zero else { return 0 }
        let whole = left / .milliseconds(1)
        return Int32(min(whole.rounded(.up), 86_400_000))
    }
}
