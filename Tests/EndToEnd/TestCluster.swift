/// A cluster of its own on a lab's nodes: a repository, settings and records.
public struct TestCluster: Sendable {
    /// Keeps what the nodes remember of it apart from that of other tests.
    public let name: String
    /// What the operator writes.
    public let repository: TestRepository
    private let folder = TemporaryFolder()
    private let lab: LabProgram
    private let program: Program

    /// Settings, and a repository with the cluster, its nodes and its domains; nothing is committed yet.
    public init(
        _ name: String, on lab: LabProgram, nodes: [String], _ domains: [TestDomain], cluster: String
    ) async throws {
        self.name = name
        self.lab = lab
        program = Program(
            in: folder.path,
            environment: lab.environment.merging([
                "HAVIRT_CONFIG": folder.path + "/havirt.conf", "USER": "tester",
                "PATH": "\(folder.path)/bin:\(Program.binaries):/usr/sbin:/usr/bin:/sbin:/bin",
            ]) { $1 })
        repository = try await TestRepository(at: folder.path + "/repo")
        try folder.write(
            "havirt.conf",
            """
            repository: \(repository.path)
            branch: main
            var: \(folder.path)/var
            ssh: {config: \(lab.sshConfig), connectTimeout: 3s}

            """)
        try repository.write(
            "cluster.d/cluster.yaml", "name: \(name)\nmemoryReserve: 256 MiB\nnetworks: [lan]\n" + cluster)
        for node in nodes { try write(node: node, "labels: [lab]\n") }
        for domain in domains { try write(domain) }
    }

    /// Writes a node's file.
    public func write(node: String, _ text: String) throws {
        try repository.write("cluster.d/nodes/\(node).yaml", text)
    }

    /// Writes a domain's files.
    public func write(_ domain: TestDomain) throws {
        try repository.write("cluster.d/domains/\(domain.name).xml", domain.xml)
        try repository.write("cluster.d/domains/\(domain.name).yaml", domain.wish)
    }

    /// Commits another wish for a domain.
    public func wish(_ domain: TestDomain, _ text: String) async throws {
        try repository.write("cluster.d/domains/\(domain.name).yaml", text)
        try await repository.commit("\(domain.name): \(text)")
    }

    /// Runs a command where ssh reaches the nodes.
    public func inLab(_ command: [String]) async throws -> Ran {
        try await program.run(lab.inNetwork(command), seconds: 240)
    }

    /// A file of the controller's.
    public func read(_ file: String) throws -> String { try folder.read(file) }
    /// Writes one.
    public func write(_ file: String, _ text: String) throws { try folder.write(file, text) }
    /// Where it is.
    public func path(_ file: String) -> String { "\(folder.path)/\(file)" }
}
