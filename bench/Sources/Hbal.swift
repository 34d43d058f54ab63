import ChildProcess
import FoundationEssentials

/// Ganeti's balancer, where it is installed.
struct Hbal {
    static let path = "/usr/bin/hbal"
    static var isInstalled: Bool { FileText.bytes(path) != nil }

    /// Where hbal would have each domain, and by how many migrations. Every node reaches all storage, and its reserved
    /// memory is 4 GiB; VM counts do not matter.
    static func run(_ cluster: BalanceCase) async throws -> (places: [Int], steps: Int) {
        let file = FileManager.default.temporaryDirectory.appending(path: "havirt-bench-\(cluster.name).data")
        try text(cluster).write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await runChild(
            ChildRequest(executable: path, arguments: ["-t", file.path, "-v", "--ignore-dynu"]))
        guard result.exit == .code(0) else { throw BenchError("hbal: \(result.exit)") }
        var places = cluster.domains.map(\.home)
        var steps = 0
        // Such as `  3. vm00017 node0002 => node0004 0.12345678 a=f`.
        for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 4, words[0].hasSuffix("."), words[3] == "=>", let domain = Int(words[1].dropFirst(2)),
                let target = Int(words[4].dropFirst(4).prefix { $0 != ":" })
            else { continue }
            places[domain] = target
            steps += 1
        }
        return (places, steps)
    }

    private static let reserved: Int64 = 4096

    private static func text(_ cluster: BalanceCase) -> String {
        var free = cluster.nodes.map(\.memory)
        for domain in cluster.domains { free[domain.home] -= domain.memory }
        let nodes = cluster.nodes.enumerated().map { index, node in
            "\(name("node", index, 4))|\(node.memory + reserved)|\(reserved)|\(free[index])|1000000|1000000"
                + "|\(node.cores)|N|uuid-g|1||N|0|0|1.0"
        }
        let domains = cluster.domains.enumerated().map { index, domain in
            "\(name("vm", index, 5))|\(domain.memory)|1|\(domain.vcpus)|running|Y|\(name("node", domain.home, 4))||ext||1"
        }
        let least = "1,1,1,0,0,1"
        let policies = ["", "g"].map { owner in
            "\(owner)|\(least)|\(least);100000000,10000,1000000000,64,64,64|diskless,ext,rbd,sharedfile|1000.0|32.0"
        }
        let parts = [["g|uuid-g|preferred||"], nodes, domains, ["htools:iextags:exc"], policies]
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private static func name(_ kind: String, _ index: Int, _ digits: Int) -> String {
        let number = String(index)
        return kind + String(repeating: "0", count: max(0, digits - number.count)) + number
    }
}
