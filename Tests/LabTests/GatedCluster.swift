import EndToEnd
import Testing

/// A cluster whose nodes let havirt in by its gate alone, for as long as a test runs.
struct GatedCluster {
    let cluster: LabCluster

    /// Puts the gate on the nodes for the body, and takes it off again whatever becomes of it.
    ///
    /// - Parameter multiplex: whether connections are shared, and with them shells kept for scans.
    static func with(
        _ name: String, _ domains: [TestDomain], multiplex: Bool = true, _ body: (GatedCluster) async throws -> Void
    ) async throws {
        let cluster = try await LabCluster(name, domains)
        try await Lab.lab("gate", "on")
        var failure: (any Error)?
        do {
            let gated = GatedCluster(cluster: cluster)
            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            try gated.use(["scan", "act"], multiplex: multiplex)
            try await gated.forgetLog()
            try await body(gated)
        } catch {
            failure = error
        }
        try await Lab.lab("gate", "off")
        if let failure { throw failure }
    }

    /// Has havirt use these keys.
    func use(_ keys: [String], multiplex: Bool = true) throws {
        let named = keys.map { ", \($0)Key: \(Lab.state)/gate/\($0)" }.joined()
        let lines = try cluster.read("havirt.conf").split(separator: "\n").filter { !$0.hasPrefix("ssh:") }
        let ssh = "ssh: {config: \(Lab.program.sshConfig), connectTimeout: 3s, multiplex: \(multiplex)\(named)}"
        try cluster.write("havirt.conf", (lines.map(String.init) + [ssh, ""]).joined(separator: "\n"))
    }

    // MARK: - The log

    private static func log(_ node: String) -> String { "\(Lab.state)/log/\(node)/auth.log" }

    func forgetLog() async throws {
        for node in Lab.nodes { try TextFile.write(Self.log(node), "") }
    }

    /// What the gates have refused.
    func refusals() throws -> [String] {
        try Lab.nodes.flatMap { node in
            try TextFile.read(Self.log(node)).split(separator: "\n").map(String.init).filter {
                $0.contains("havirt-gate: refused: ")
            }
        }
    }

    // MARK: - What somebody does who has a key

    /// Runs OpenSSH's client with one of the keys, and no other, on alpha.
    func ssh(_ key: String, _ arguments: [String], input: String = "") async throws -> Ran {
        try cluster.write("input", input)
        let ssh = ["ssh", "-F", Lab.program.sshConfig, "-o", "IdentityFile=none", "-i", "\(Lab.state)/gate/\(key)"]
        // The shell is where the file is put before it.
        return try await cluster.inLab(["sh", "-c", "exec \"$@\" <\"$0\"", cluster.path("input")] + ssh + arguments)
    }

    /// The command line with which a havirt has a node run the first bytes of what it sends.
    static func bootstrap(_ count: String) -> String { "exec /bin/sh -c 'eval \"$(head -c \(count))\"'" }

    /// Every domain that any node runs, and every file of havirt's there: nothing of it may change.
    func world() async throws -> String {
        var text = ""
        for node in Lab.nodes {
            text += try await Lab.virsh(node, "list", "--all")
            text += try await Lab.lab(
                "enter", node, "sh", "-c",
                "find /var/lib/havirt /run/havirt /root/.ssh -type f -exec md5sum {} + | sort; virsh -q net-list"
            ).output
        }
        return text
    }
}
