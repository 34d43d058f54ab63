/// Rule S3, as far as names of storage go: what one domain writes no other may use, unless every user's disk is
/// shareable or read-only. Devices behind names that tell nothing are compared where nodes are known.
enum DiskClashes {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        let pins = StoragePins(set.iscsi.compactMap(\.draft?.spec))
        let aliases = Dictionary(pins.all.map { ($0.lun.device.digest, $0.wwid.device.digest) }) { first, _ in first }
        let shared = sharedDigests(set, aliases)
        if shared.isEmpty { return }
        var users: [StorageKey.Device: [Use]] = [:]
        for (index, domain) in set.domains.enumerated() {
            for storage in domain.xml?.storage ?? [] where shared.contains(aliased(storage.digest, aliases)) {
                let key = pins.resolve(storage.key)
                users[key.device, default: []].append(Use(domain: index, storage: storage, partition: key.partition))
            }
        }
        for uses in users.values {
            let writers = Writers(uses)
            // Told at each other user, naming the writer, so that both authors learn of it.
            for (index, use) in uses.enumerated() {
                guard let writer = writers.first(overlapping: use), writer != index else { continue }
                findings.append(finding(set, use, uses[writer]))
            }
        }
    }

    private struct Use {
        let domain: Int
        let storage: StorageUse
        /// Of the key by WWID, where git pins it.
        let partition: Int?
    }

    /// The first writers of one device, found without comparing all uses with each other.
    private struct Writers {
        private var first: Int?
        private var ofWhole: Int?
        private var byPartition: [Int: Int] = [:]

        init(_ uses: [Use]) {
            for (index, use) in uses.enumerated() where !use.storage.isHarmless {
                first = first ?? index
                if let partition = use.partition {
                    if byPartition[partition] == nil { byPartition[partition] = index }
                } else {
                    ofWhole = ofWhole ?? index
                }
            }
        }

        /// The first that writes something of what `use` uses, which may be itself.
        func first(overlapping use: Use) -> Int? {
            guard let partition = use.partition else { return first }
            return [ofWhole, byPartition[partition]].compactMap { $0 }.min()
        }
    }

    /// The digests that stand more than once. Usually there are none, and nothing else is to be done.
    private static func sharedDigests(_ set: SpecSet, _ aliases: [UInt64: UInt64]) -> Set<UInt64> {
        var seen: Set<UInt64> = []
        var shared: Set<UInt64> = []
        seen.reserveCapacity(set.domains.count * 2)
        for domain in set.domains {
            guard let xml = domain.xml else { continue }
            for index in xml.storage.indices {
                let digest = aliased(xml.storage[index].digest, aliases)
                if !seen.insert(digest).inserted { shared.insert(digest) }
            }
        }
        return shared
    }

    /// The digest by WWID of a LUN that git pins.
    private static func aliased(_ digest: UInt64, _ aliases: [UInt64: UInt64]) -> UInt64 {
        aliases.isEmpty ? digest : aliases[digest] ?? digest
    }

    private static func finding(_ set: SpecSet, _ use: Use, _ writer: Use) -> Finding {
        let (domain, other) = (set.domains[use.domain], set.domains[writer.domain])
        let (mine, its) = (describe(use.storage.source), describe(writer.storage.source))
        return Finding(
            .error, domain.xmlPlace(line: use.storage.line), code: "disk-clash",
            "'\(domain.name)' uses \(mine), which '\(other.name)' writes" + (mine == its ? "" : " as \(its)"),
            hint: "the other disk stands at \(other.xmlPlace(line: writer.storage.line)); give each domain its own"
                + " storage, or mark every such disk <shareable/> or <readonly/>")
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
