import EndToEnd
import Testing

/// A cluster of its own on the machine lab's nodes.
struct MachineCluster: Sendable {
    private let cluster: TestCluster
    var repository: TestRepository { cluster.repository }

    /// A committed cluster. What is on the nodes and in the store stays as it is: see `Machines.sweep`.
    init(_ name: String, _ domains: [TestDomain], cluster text: String = "") async throws {
        // An emulated processor takes seconds for what a real one does in a tenth.
        let patience = "timeouts: {scan: 2m, start: 3m}\n"
        cluster = try await TestCluster(
            name, on: Machines.program, nodes: Machines.nodes, domains, cluster: patience + text)
        try await cluster.repository.commit("first")
    }

    func write(node: String, _ text: String) throws { try cluster.write(node: node, text) }
    func write(_ domain: TestDomain) throws { try cluster.write(domain) }

    /// Commits another wish for a domain.
    func wish(_ domain: TestDomain, _ text: String) async throws { try await cluster.wish(domain, text) }

    /// Runs havirt where ssh reaches the nodes; it must exit with this status.
    @discardableResult
    func havirt(
        expect status: Int32, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Ran {
        let ran = try await inLab(["havirt"] + arguments)
        #expect(ran.status == status, "havirt \(arguments): \(ran)", sourceLocation: sourceLocation)
        return ran
    }

    /// Runs a command in the controller's network.
    func inLab(_ command: [String]) async throws -> Ran { try await cluster.inLab(command) }

    func read(_ file: String) throws -> String { try cluster.read(file) }
    func path(_ file: String) -> String { cluster.path(file) }
}

/// A test's wish for where domains run, checked against the nodes' process tables.
func expectHome(
    _ domain: TestDomain, _ nodes: String..., sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let homes = try await Machines.homes(of: domain)
    #expect(homes == nodes, "\(domain.name) runs on \(homes), not on \(nodes)", sourceLocation: sourceLocation)
}
