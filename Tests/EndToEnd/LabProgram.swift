/// The command of a lab, on a state directory that belongs to this run of the tests.
public struct LabProgram: Sendable {
    /// Where the lab's state is; the pid tells labs of runs that are gone from those of runs that are not.
    public let state: String
    /// What ssh reaches the nodes with, in the lab's network.
    public var sshConfig: String { state + "/ssh_config" }

    private let path: String
    private let variable: String
    private let prefix: String
    private let program: Program

    /// The lab of `lab/NAME`, whose state the variable names.
    public init(_ name: String, variable: String, prefix: String, environment: [String: String] = [:]) {
        path = "\(Program.root)/lab/\(name)"
        self.variable = variable
        self.prefix = prefix
        state = "\(prefix)\(Program.processID)"
        program = Program(in: "/tmp", environment: environment.merging([variable: state]) { $1 })
    }

    /// Runs a verb, which must exit with the status, if one is given; the tests fail if it takes longer than `seconds`.
    @discardableResult
    public func run(_ arguments: [String], expect status: Int32? = 0, seconds: Int = 120) async throws -> Ran {
        let ran = try await program.run([path] + arguments, seconds: seconds)
        if let status, ran.status != status { throw TestFailure("\(path) \(arguments): \(ran)") }
        return ran
    }

    /// A command line that runs another in the lab's network, and what it wants in its environment.
    public func inNetwork(_ command: [String]) -> [String] { [path, "run"] + command }

    /// The variable that `inNetwork` wants in the environment.
    public var environment: [String: String] { [variable: state] }

    /// Takes down the labs of runs that were killed.
    public func removeStale() async throws {
        for name in try TextFile.names(in: "/tmp") {
            let other = "/tmp/\(name)"
            guard other.hasPrefix(prefix), let pid = Int32(other.dropFirst(prefix.count)), !Program.isAlive(pid)
            else { continue }
            _ = try await Program(in: "/tmp", environment: [variable: other]).run([path, "down"])
        }
    }
}

/// Whether something is so within some seconds.
public func becomes(within seconds: Double, _ isSo: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !isSo() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(100))
    }
    return true
}
