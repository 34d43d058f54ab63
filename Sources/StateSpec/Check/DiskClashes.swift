/// Rule S3, as far as names of storage go: what one domain writes no other may use, unless every user's disk is
/// shareable or read-only. Devices behind several names are compared where nodes are known.
enum DiskClashes {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        let shared = sharedDigests(set)
        if shared.isEmpty { return }
        var users: [DomainDisk.Source: [Use]] = [:]
        for (index, domain) in set.domains.enumerated() {
            for storage in domain.xml?.storage ?? [] where shared.contains(storage.digest) {
                let use = Use(domain: index, line: storage.line, isHarmless: storage.isHarmless)
                users[storage.key, default: []].append(use)
            }
        }
        for (source, uses) in users {
            guard let writer = uses.first(where: { !$0.isHarmless }) else { continue }
            // Told at each other user, naming the writer, so that both authors learn of it.
            for use in uses where use != writer { findings.append(finding(set, source, use, writer)) }
        }
    }

    private struct Use: Equatable {
        let domain: Int
        let line: Int
        let isHarmless: Bool
    }

    /// The digests that stand more than once. Usually there are none, and nothing else is to be done.
    private static func sharedDigests(_ set: SpecSet) -> Set<UInt64> {
        var seen: Set<UInt64> = []
        var shared: Set<UInt64> = []
        seen.reserveCapacity(set.domains.count * 2)
        for domain in set.domains {
            guard let xml = domain.xml else { continue }
            for index in xml.storage.indices where !seen.insert(xml.storage[index].digest).inserted {
                shared.insert(xml.storage[index].digest)
            }
        }
        return shared
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
