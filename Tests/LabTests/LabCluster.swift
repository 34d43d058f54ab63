import EndToEnd
import Testing

/// A cluster of its own on the lab's nodes: a repository, settings and records. Its name keeps what the nodes remember
/// of it apart from that of other tests.
struct LabCluster: Sendable {
    private let cluster: TestCluster
    var name: String { cluster.name }
    var repository: TestRepository { cluster.repository }

    /// A committed cluster; all domains of earlier tests are gone.
    init(_ name: String, _ domains: [TestDomain], cluster text: String = "") async throws {
        cluster = try await TestCluster(name, on: Lab.program, nodes: Lab.nodes, domains, cluster: text)
        try await cluster.repository.commit("first")
        try await Lab.sweep()
    }

    /// A cluster that nobody has written down: its repository has no commit, and git knows who the operator is.
    static func unwritten(_ name: String) async throws -> LabCluster {
        let cluster = try await LabCluster(name, [])
        let repository = cluster.repository
        try await repository.git("update-ref", "-d", "HEAD")
        try await repository.git("rm", "-r", "--cached", "--quiet", ".")
        try repository.remove("cluster.d")
        try await repository.git("config", "user.name", "Olga Operator")
        try await repository.git("config", "user.email", "olga@example.org")
        return cluster
    }

    // MARK: - Wishes

    func write(node: String, _ text: String) throws { try cluster.write(node: node, text) }
    func write(_ domain: TestDomain) throws { try cluster.write(domain) }

    /// Commits another wish for a domain.
    func wish(_ domain: TestDomain, _ text: String) async throws { try await cluster.wish(domain, text) }

    // MARK: - Runs

    /// Runs havirt where ssh reaches the nodes.
    func havirt(_ arguments: String...) async throws -> Ran { try await inLab(["havirt"] + arguments) }

    /// Runs havirt, which must exit with this status.
    @discardableResult
    func havirt(
        expect status: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Ran {
        try await havirt(expect: status, arguments, sourceLocation: sourceLocation)
    }

    /// The same for arguments that stand in a list.
    @discardableResult
    func havirt(
        expect status: Int32, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Ran {
        let ran = try await inLab(["havirt"] + arguments)
        #expect(ran.status == status, "havirt \(arguments): \(ran)", sourceLocation: sourceLocation)
        return ran
    }

    /// Starts a havirt that runs beside the test.
    func start(_ arguments: String...) async throws -> RunningHavirt {
        let file = path("pid-\(UInt32.random(in: 0...UInt32.max))")
        let script = "echo $$ >$0.new && mv $0.new $0 && exec havirt \"$@\""
        let run = Task { try await inLab(["sh", "-c", script, file] + arguments) }
        var pid: Int32?
        try await Lab.wait("havirt \(arguments) starts") {
            pid = (try? TextFile.read(file)).flatMap { Int32($0.dropLast()) }
            return pid != nil
        }
        guard let pid else { throw TestFailure("havirt \(arguments) did not start") }
        return RunningHavirt(pid: pid, run: run)
    }

    /// Runs havirt until no dead run holds the lock any more.
    func havirtOnceFree(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> Ran {
        var ran: Ran?
        try await Lab.wait("the lock is free", seconds: 60, sourceLocation: sourceLocation) {
            ran = try await inLab(["havirt"] + arguments)
            return ran?.errors.contains("is held by") == false
        }
        guard let ran else { throw TestFailure("havirt \(arguments) never ran") }
        return ran
    }

    /// Applies until all is done, and the next plan is empty: after a fault, what was in flight is waited for.
    func convergeInTime(seconds: Double = 90, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var last: Ran?
        try await Lab.wait("an apply converges", seconds: seconds, sourceLocation: sourceLocation) {
            last = try await havirt("apply", "--yes")
            return last?.status == 0
        }
        #expect(last?.status == 0, "\(last?.description ?? "")", sourceLocation: sourceLocation)
        try await havirt(expect: 0, "plan", sourceLocation: sourceLocation)
    }

    /// Applies, which must succeed, and the next plan must be empty.
    func converge(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await havirt(expect: 0, "apply", "--yes", sourceLocation: sourceLocation)
        try await havirt(expect: 0, "plan", sourceLocation: sourceLocation)
    }

    /// Runs a command in the controller's network.
    func inLab(_ command: [String]) async throws -> Ran {
        try await cluster.inLab(command)
    }

    // MARK: - Files

    func read(_ file: String) throws -> String { try cluster.read(file) }
    func write(_ file: String, _ text: String) throws { try cluster.write(file, text) }
    func path(_ file: String) -> String { cluster.path(file) }

    /// Another controller's copy of the repository, as it is now.
    func clone(_ name: String) async throws -> String {
        try await repository.git("clone", "--quiet", ".", path(name))
        return path(name)
    }

    /// The journal, an entry a line.
    func journal() throws -> [JournalLine] {
        try read("var/journal.jsonl").split(separator: "\n").map { try JournalLine(String($0)) }
    }
}

/// A test's wish for where domains run, checked against the process table.
func expectHome(
    _ domain: TestDomain, _ nodes: String..., sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let homes = try await Lab.homes(of: domain)
    #expect(homes == nodes, "\(domain.name) runs on \(homes), not on \(nodes)", sourceLocation: sourceLocation)
}
