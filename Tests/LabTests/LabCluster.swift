import EndToEnd
import Testing

/// A cluster of its own on the lab's nodes: a repository, settings and records. Its name keeps what the nodes remember
/// of it apart from that of other tests.
struct LabCluster: Sendable {
    let name: String
    let repository: TestRepository
    private let folder = TemporaryFolder()
    private let program: Program

    /// A committed cluster; all domains of earlier tests are gone.
    init(
        _ name: String, _ domains: [TestDomain], cluster: String = ""
    ) async throws {
        self.name = name
        program = Program(
            in: folder.path,
            environment: [
                "HAVIRT_LAB": Lab.state, "HAVIRT_CONFIG": folder.path + "/havirt.conf", "USER": "tester",
                "PATH": "\(folder.path)/bin:\(Program.binaries):/usr/sbin:/usr/bin:/sbin:/bin",
            ])
        repository = try await TestRepository(at: folder.path + "/repo")
        try folder.write(
            "havirt.conf",
            """
            repository: \(repository.path)
            branch: main
            var: \(folder.path)/var
            ssh: {config: \(Lab.state)/ssh_config, connectTimeout: 3s}

            """)
        try repository.write(
            "cluster.d/cluster.yaml",
            "name: \(name)\nmemoryReserve: 256 MiB\nnetworks: [lan]\n" + cluster)
        for node in Lab.nodes { try write(node: node, "labels: [lab]\n") }
        for domain in domains { try write(domain) }
        try await repository.commit("first")
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

    func write(node: String, _ text: String) throws { try repository.write("cluster.d/nodes/\(node).yaml", text) }

    func write(_ domain: TestDomain) throws {
        try repository.write("cluster.d/domains/\(domain.name).xml", domain.xml)
        try repository.write("cluster.d/domains/\(domain.name).yaml", domain.wish)
    }

    /// Commits another wish for a domain.
    func wish(_ domain: TestDomain, _ text: String) async throws {
        try repository.write("cluster.d/domains/\(domain.name).yaml", text)
        try await repository.commit("\(domain.name): \(text)")
    }

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
        try await program.run([Program.root + "/lab/lab", "run"] + command, seconds: 240)
    }

    // MARK: - Files

    func read(_ file: String) throws -> String { try folder.read(file) }
    func write(_ file: String, _ text: String) throws { try folder.write(file, text) }
    func path(_ file: String) -> String { "\(folder.path)/\(file)" }

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
