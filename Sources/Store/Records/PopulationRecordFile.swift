internal import Reconciler
internal import StateSpec

extension RecordFile where Content == [NodeName: PopulationRecord] {
    /// `node_population.yaml`
    static var population: Self {
        Self(
            name: "node_population.yaml", empty: [:],
            comment: "Which domain is on which node, as last seen: a silent node keeps what it had. Written by havirt.",
            write: { nodes in
                [YAMLField("nodes", .entries(nodes, \.value))]
            },
            keys: ["nodes"],
            read: { reader in
                reader.byName("nodes", keys: ["seen", "run", "boot", "domains", "strays"]) { PopulationRecord($0) }
            })
    }
}

extension PopulationRecord {
    fileprivate var value: YAMLValue {
        .fields([
            "seen": .text(seen), "run": .text(run), "boot": .text(bootID), "domains": .entries(domains, \.value),
            "strays": strays.isEmpty ? nil : .sequence(strays.map { .text($0) }),
        ])
    }

    fileprivate init?(_ reader: FieldReader) {
        reader.demand("run")
        let domains = reader.byUUID("domains", keys: ["name", "state", "reason", "persistent"]) { reader, _ in
            Resident(reader)
        }
        let strays = (reader.has("strays") ? reader.items("strays") : nil) ?? []
        let uuids = strays.compactMap { node in
            node.text.flatMap { DomainUUID($0) } ?? reader.refuse(node, "'strays' takes uuids")
        }
        guard let seen = reader.moment("seen"), let run = reader.name("run", as: RunKind.self),
            let boot = reader.uuid("boot")
        else { return nil }
        self.init(seen: seen, run: run, bootID: boot, domains: domains, strays: uuids)
    }
}

extension PopulationRecord.Resident {
    fileprivate var value: YAMLValue {
        .fields([
            "name": .text(name), "state": .text(state.state), "reason": .text(state.reason),
            "persistent": .bool(isPersistent),
        ])
    }

    fileprivate init?(_ reader: FieldReader) {
        guard let name = reader.anyText("name"), let state = reader.anyText("state"),
            let reason = reader.anyText("reason"), let isPersistent = reader.flag("persistent")
        else { return nil }
        self.init(name: name, state: ObservedState(state, reason), isPersistent: isPersistent)
    }
}
