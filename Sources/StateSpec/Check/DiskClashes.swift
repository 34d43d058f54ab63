/// Rule S3, as far as names of storage go: what one domain writes no other may use, unless every user's disk is
/// shareable or read-only. Devices behind several names are compared where nodes are known.
enum DiskClashes {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var users: [DomainDisk.Source: [Use]] = [:]
        // Most sources have one user: the first stands in this table and an array is made for the second.
        var first: [DomainDisk.Source: Use] = [:]
        first.reserveCapacity(set.domains.count * 2)
        for (index, domain) in set.domains.enumerated() {
            for disk in domain.xml?.definition.disks ?? [] {
                let isHarmless = disk.isShareable || disk.isReadOnly
                note(disk.source, Use(domain: index, line: disk.line ?? 1, isHarmless: isHarmless), &first, &users)
                for source in disk.backing {
                    note(source, Use(domain: index, line: disk.line ?? 1, isHarmless: true), &first, &users)
                }
            }
        }
        for (source, uses) in users {
            guard let writer = uses.first(where: { !$0.isHarmless }) else { continue }
            // Named from the writer's side at each other user, so that both authors see it in their file.
            for use in uses where use != writer {
                findings.append(finding(set, source, use, writer))
            }
        }
    }

    private struct Use: Equatable {
        let domain: Int
        let line: Int
        let isHarmless: Bool
    }

    private static func note(
        _ source: DomainDisk.Source, _ use: Use, _ first: inout [DomainDisk.Source: Use],
        _ users: inout [DomainDisk.Source: [Use]]
    ) {
        guard let key = key(source) else { return }
        guard let before = first[key] else {
            first[key] = use
            return
        }
        // Images of one domain that stand on one base are one use of it.
        if before.domain == use.domain, before.isHarmless, use.isHarmless { return }
        users[key, default: [before]].append(use)
    }

    /// The storage without what may differ between two ways to it.
    private static func key(_ source: DomainDisk.Source) -> DomainDisk.Source? {
        switch source {
        case .file, .volume: source
        // A device as a file or as a block device is one device.
        case .block(let path): .file(path: path)
        case .network(let transport, let name, _):
            name.isEmpty ? nil : .network(protocol: transport, name: name, hosts: [])
        case .other, .empty: nil
        }
    }

    private static func finding(_ set: SpecSet, _ source: DomainDisk.Source, _ use: Use, _ writer: Use) -> Finding {
        let (domain, other) = (set.domains[use.domain], set.domains[writer.domain])
        return Finding(
            .error, domain.xmlPlace(line: use.line), code: "disk-clash",
            "'\(domain.name)' uses \(describe(source)), which '\(other.name)' writes",
            hint: "the other disk stands at \(other.xmlPlace(line: writer.line)); give each domain its own storage, "
                + "or mark every such disk <shareable/> or <readonly/>")
    }

    private static func describe(_ source: DomainDisk.Source) -> String {
        switch source {
        case .file(let path), .block(let path): Escaped(path).description
        case .network(let transport, let name, _): "\(Escaped(transport).bare) \(Escaped(name))"
        case .volume(let pool, let volume): "volume \(Escaped(volume)) of pool \(Escaped(pool))"
        case .other(let type): "a \(Escaped(type).bare) disk"
        case .empty: "nothing"
        }
    }
}
