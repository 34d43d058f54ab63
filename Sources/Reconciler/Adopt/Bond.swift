import StateSpec

/// Why a domain is tied to where it is, as far as names of its storage tell.
struct Bond {
    let cluster: ClusterSpec
    /// Whether `cluster.yaml` is there already, and its `sharedPaths` are to be changed there.
    let hasClusterFile: Bool
    let name: DomainName
    /// Where it is; empty if that is not known.
    let homes: [NodeName]

    /// What ties it; nothing where it may run wherever its networks are.
    func findings(_ definition: DomainDefinition) -> [AdoptionFinding] {
        var findings: [AdoptionFinding] = []
        if definition.hostDevices > 0 {
            findings.append(
                notice(
                    "host-device", "holds a device of the host",
                    hint: "`migrate: offline` in its YAML lets drains shut it down and start it elsewhere"))
        }
        return findings + definition.disks.filter(\.isWritten).compactMap(finding)
    }

    private func finding(_ disk: DomainDisk) -> AdoptionFinding? {
        switch disk.source {
        case .empty, .network: return nil
        case .file(let path):
            if cluster.sharedPaths.contains(where: { path.hasPrefix($0 + "/") }) { return nil }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
            let shown = Escaped(folder.isEmpty ? "/" : folder)
            let remedy =
                hasClusterFile
                ? "name it under `sharedPaths` of cluster.yaml and remove `nodes`" : "--shared-path \(shown.bare)"
            return notice(
                "local-disk", "writes the file \(Escaped(path))",
                hint: "if \(shown) is the same storage on every node: \(remedy)")
        case .block(let path):
            if Admission.isListed(path) { return nil }
            return notice(
                "local-disk", "writes \(Escaped(path)), a name that may mean another device elsewhere",
                hint: "use a name of /dev/disk/by-id or /dev/mapper, or add to `nodes` where it is the same device")
        case .volume(let pool, let volume):
            return notice(
                "local-disk", "writes the volume \(Escaped(volume)) of pool \(Escaped(pool))",
                hint: "if the pool is the same storage on other nodes, add them to `nodes`")
        case .other(let type):
            return notice(
                "local-disk", "has a disk of type \(Escaped(type)), of which havirt knows no more",
                hint: "if other nodes have it, too, add them to `nodes`")
        }
    }

    private func notice(_ code: String, _ what: String, hint: String) -> AdoptionFinding {
        let place =
            homes.isEmpty
            ? "where that is, is not known, and `nodes` must say it"
            : "it may run on \(homes.map(\.text).joined(separator: ", ")) only"
        return AdoptionFinding(.notice, code, name.text, "\(what): \(place)", hint: hint)
    }
}
