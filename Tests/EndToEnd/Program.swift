internal import ChildProcess
internal import Glibc

/// The built program, run as a user runs it: in an environment that is empty but for what is given.
public struct Program: Sendable {
    /// What it runs in; nothing else is inherited.
    public var environment: [String: String]
    /// Where it runs.
    public var folder: String

    /// A program in a folder, with a search path, a home there, and no debugger that starts at a crash.
    public init(in folder: String, environment: [String: String] = [:]) {
        self.folder = folder
        self.environment = [
            "PATH": "\(Self.binaries):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder,
            "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
        ]
        self.environment.merge(environment) { $1 }
    }

    /// Where the built programs are: beside the tests.
    public static let binaries: String = {
        var path = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &path, path.count)
        let tests = path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        let folder = String(decoding: tests[..<(tests.lastIndex(of: UInt8(ascii: "/")) ?? 0)], as: UTF8.self)
        return access(folder + "/havirt", X_OK) == 0 ? folder : root + "/.build/debug"
    }()

    /// The top of the sources.
    public static let root: String = {
        let parts = "\(#filePath)".split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// Whether this machine has a tool.
    public static func has(_ tool: String) -> Bool {
        ["/usr/local/bin", "/usr/bin", "/bin"].contains { access("\($0)/\(tool)", X_OK) == 0 }
    }

    /// A variable of the tests' own environment, which no program inherits.
    public static func inherited(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The tests' own pid.
    public static var processID: Int32 { getpid() }

    /// Whether the tests run as root.
    public static var isRoot: Bool { geteuid() == 0 }

    /// Whether there is such a process.
    public static func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 || errno == EPERM }

    /// What can be done to a process.
    public enum Signal: Sendable {
        /// It ends at once.
        case kill
        /// It is asked to end.
        case interrupt
        /// It does nothing more until it is told to go on.
        case stop, goOn
    }

    /// Sends a signal; does nothing if there is no such process.
    public static func send(_ signal: Signal, to pid: Int32) {
        let number =
            switch signal {
            case .kill: SIGKILL
            case .interrupt: SIGINT
            case .stop: SIGSTOP
            case .goOn: SIGCONT
            }
        _ = Glibc.kill(pid, number)
    }

    /// Runs havirt to its end.
    public func havirt(_ arguments: String..., input: String = "") async throws -> Ran {
        try await run(["havirt"] + arguments, input: input)
    }

    /// Runs any program to its end; the tests fail if it takes longer than `seconds`.
    public func run(_ command: [String], input: String = "", seconds: Int = 120) async throws -> Ran {
        let variables = environment.map { "\($0)=\($1)" }.sorted()
        let result = try await runChild(
            ChildRequest(
                executable: "/usr/bin/env", arguments: ["-i"] + variables + command, workingDirectory: folder,
                input: Array(input.utf8), deadline: .seconds(seconds), outputBytesMax: 64 << 20))
        let status: Int32
        switch result.exit {
        case .code(let code): status = code
        case .signal(let signal): status = -signal
        }
        return Ran(
            status: status, output: String(decoding: result.output, as: UTF8.self),
            errors: String(decoding: result.errorOutput, as: UTF8.self))
    }
}

/// What a run left behind.
public struct Ran: Sendable, CustomStringConvertible {
    /// The exit status; the negative number of the signal that ended it.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String

    /// All of it, for the message of a test that fails.
    public var description: String { "exit \(status)\n\(output)\(errors)" }

    /// The lines of standard output, without the last line's end.
    public var lines: [String] {
        output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    }
}
