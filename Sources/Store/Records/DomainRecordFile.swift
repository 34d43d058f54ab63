internal import Reconciler
internal import StateSpec

extension RecordFile where Content == [DomainUUID: DomainRecord] {
    /// `domain.yaml`
    static var domains: Self {
        Self(
            name: "domain.yaml", empty: [:],
            comment: "The domains as last seen. Written by havirt; changed by hand it may mislead rule S2.",
            write: { domains in
                [YAMLField("domains", .entries(domains, \.value))]
            },
            keys: ["domains"],
            read: { reader in reader.byUUID("domains", keys: DomainRecord.keys) { DomainRecord($0, uuid: $1) } })
    }
}

extension DomainRecord {
    fileprivate static var keys: [String] {
        ["name", "vcpus", "memory", "vncPort", "node", "seen", "active", "lastActive"]
    }

    fileprivate static var lastActiveKeys: [String] { ["node", "boot", "at", "unsettledAt", "arrivedAt"] }

    fileprivate var value: YAMLValue {
        .fields([
            "name": definition.map { .text($0.name) }, "vcpus": definition.map { .count($0.vcpus) },
            "memory": definition.map { .memory($0.memory) }, "vncPort": definition?.vncPort.map { .count($0) },
            "node": definition.map { .text($0.node.text) }, "seen": definition.map { .text($0.seen) },
            "active": definition.map { .bool($0.isActive) },
            "lastActive": lastActive.map { sighting in
                .fields([
                    "node": .text(sighting.node.text), "boot": .text(sighting.bootID), "at": .text(sighting.at),
                    "unsettledAt": sighting.unsettledAt.map { .text($0) },
                    "arrivedAt": sighting.arrivedAt.map { .text($0) },
                ])
            },
        ])
    }

    fileprivate init(_ reader: FieldReader, uuid: DomainUUID) {
        if reader.has("name") { definition = Definition(reader) }
        if let last = reader.nested("lastActive", keys: Self.lastActiveKeys) {
            last.demand("node")
            if let node = last.name("node", as: NodeKind.self), let boot = last.uuid("boot"), let at = last.moment("at")
            {
                let unsettled = last.has("unsettledAt") ? last.moment("unsettledAt") : nil
                lastActive = Sighting(
                    uuid: uuid, node: node, bootID: boot, at: at, unsettledAt: unsettled,
                    arrivedAt: last.has("arrivedAt") ? last.moment("arrivedAt") : nil)
            }
        }
    }
}

extension DomainRecord.Definition {
    fileprivate init?(_ reader: FieldReader) {
        for key in ["vcpus", "memory", "node"] { reader.demand(key) }
        guard let name = reader.anyText("name"), let memory = reader.memory("memory"),
            let vcpus = reader.integer("vcpus", in: 0...RecordLimits.cpusMax),
            let node = reader.name("node", as: NodeKind.self), let seen = reader.moment("seen"),
            let isActive = reader.flag("active")
        else { return nil }
        self.init(
            name: name, vcpus: vcpus, memory: memory, vncPort: reader.integer("vncPort", in: RecordLimits.ports),
            node: node, seen: seen, isActive: isActive)
    }
}
