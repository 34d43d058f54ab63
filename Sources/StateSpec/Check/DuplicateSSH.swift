/// Two nodes behind one ssh destination: one machine would be counted, and used, twice.
enum DuplicateSSH {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var seen: [String: NodeName] = [:]
        for node in set.nodes {
            guard let spec = node.draft?.spec else { continue }
            let key = "\(spec.ssh.host.lowercased()) \(spec.ssh.port ?? 22)"
            guard let first = seen[key] else {
                seen[key] = node.name
                continue
            }
            findings.append(
                Finding(
                    .error, node.place(of: "ssh"), code: "duplicate-ssh",
                    "'\(node.name)' and '\(first)' are reached at the same place, \(spec.ssh)"))
        }
    }
}
