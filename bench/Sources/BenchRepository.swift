import ChildProcess

/// A git repository with a cluster of any size, made by `git fast-import`. The last commit changes one file.
struct BenchRepository {
    let nodes: Int
    let domainsPerNode: Int
    let templateFile: String

    func make(in directory: String) async throws {
        try await git(["init", "-q", "--bare", "-b", "main", directory], input: [])
        try await git(["-C", directory, "fast-import", "--quiet"], input: try stream())
    }

    private func stream() throws -> [UInt8] {
        let template = try FileText.read(templateFile)
        var stream: [UInt8] = []
        commit("all", mark: 1, &stream)
        add("cluster.yaml", "name: bench\n", &stream)
        for node in 1...nodes {
            add("nodes/n\(node).yaml", "labels: [rack-\(node % 8)]\nfailureDomain: rack-\(node % 8)\n", &stream)
            for index in 1...domainsPerNode {
                let name = "vm-\(node)-\(index)"
                add("domains/\(name).xml", xml(template, name, node, index), &stream)
                add("domains/\(name).yaml", yaml(node, index, priority: 10), &stream)
            }
        }
        commit("one file", mark: 2, &stream)
        add("domains/vm-1-1.yaml", yaml(1, 1, priority: 20), &stream)
        return stream
    }

    /// The uuids are those that `recorded/virsh.awk` gives.
    private func xml(_ template: String, _ name: String, _ node: Int, _ index: Int) -> String {
        let uuid = "\(hexadecimal(node, 8))-0000-4000-8000-\(hexadecimal(index, 12))"
        return template.split(separator: "@", omittingEmptySubsequences: false)
            .map { $0 == "NAME" ? name : $0 == "UUID" ? uuid : String($0) }.joined()
    }

    /// From 6 to 11 lines, as people write them.
    private func yaml(_ node: Int, _ index: Int, priority: Int) -> String {
        var text = """
            # Application server \(index) of group \(node).
            run: \(index % 10 == 0 ? "manual" : "keepalive")
            prefer: n\(node)
            priority: \(priority)
            migrate: live
            shutdown: {timeout: 3m, then: wait}

            """
        if index % 2 == 0 { text += "nodes: [n\(node), n\(node % nodes + 1), n\((node + 1) % nodes + 1)]\n" }
        if index % 3 == 0 { text += "apart:\n  - {group: g-\(node)-\(index / 6), soft: true}\n" }
        if index % 4 == 0 { text += "after:\n  - vm-\(node)-1\n" }
        return text
    }

    private func hexadecimal(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }

    private func commit(_ message: String, mark: Int, _ stream: inout [UInt8]) {
        stream += "commit refs/heads/main\nmark :\(mark)\ncommitter bench <bench@example.org> 1800000000 +0000\n".utf8
        stream += "data \(message.utf8.count)\n\(message)\n".utf8
        if mark > 1 { stream += "from :\(mark - 1)\n".utf8 }
    }

    private func add(_ path: String, _ content: String, _ stream: inout [UInt8]) {
        stream += "M 100644 inline cluster.d/\(path)\ndata \(content.utf8.count)\n\(content)\n".utf8
    }

    private func git(_ arguments: [String], input: [UInt8]) async throws {
        let result = try await runChild(ChildRequest(executable: "git", arguments: arguments, input: input))
        guard result.exit == .code(0) else {
            throw BenchError("git \(arguments): \(String(decoding: result.errorOutput, as: UTF8.self))")
        }
    }
}
