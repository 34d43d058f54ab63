/// A writable file disk outside `sharedPaths` pins its domain to the node that has the file.
enum SharedPaths {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        let folders = set.cluster.sharedPaths.map { $0 + "/" }
        for domain in set.domains {
            for disk in domain.xml?.document.definition.disks ?? [] where !disk.isReadOnly {
                // A relative path is an error of its own.
                guard case .file(let path) = disk.source, path.utf8.first == 0x2F,
                    !folders.contains(where: { path.hasPrefix($0) })
                else { continue }
                findings.append(
                    Finding(
                        .notice, domain.xmlPlace(line: disk.line ?? 1), code: "local-disk",
                        "\(Escaped(path)) is outside 'sharedPaths' and pins '\(domain.name)' to its node",
                        hint: "name its folder in cluster.yaml if it is the same storage on every node"))
            }
        }
    }
}
