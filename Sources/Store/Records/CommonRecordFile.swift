internal import Reconciler
internal import StateSpec

extension RecordFile where Content == CommonRecord {
    /// `recollection.yaml`
    static var common: Self {
        Self(
            name: "recollection.yaml", empty: CommonRecord(),
            comment: "The newest commit known as applied, epochs, and starts that failed lately. Written by havirt.",
            write: { record in
                let applied = record.applied.map { applied in
                    YAMLValue.fields(["commit": .text(applied.commit), "at": .text(applied.at)])
                }
                let epochs = record.epochs.map { epochs in
                    YAMLValue.fields([
                        "own": .integer(epochs.own.number), "foreignMetAt": epochs.foreignMetAt.map { .text($0) },
                        "actedAt": epochs.actedAt.map { .text($0) },
                    ])
                }
                return [
                    YAMLField("applied", applied ?? .mapping([])), YAMLField("epochs", epochs ?? .mapping([])),
                    YAMLField("failures", .sequence(record.failures.map(\.value))),
                ]
            },
            keys: ["applied", "epochs", "failures"],
            read: { CommonRecord($0) })
    }
}

extension CommonRecord {
    fileprivate init(_ reader: FieldReader) {
        let keys = ["commit", "at"]
        if let applied = reader.nested("applied", keys: keys), applied.has("commit") || applied.has("at"),
            let commit = applied.anyText("commit"), let at = applied.moment("at")
        {
            if let id = ObjectID(commit) {
                self.applied = AppliedCommit(commit: id, at: at)
            } else {
                reader.findings.add(at: applied.mark, "wrong-type", "'commit' takes a git object id of 40 digits")
            }
        }
        if let epochs = reader.nested("epochs", keys: ["own", "foreignMetAt", "actedAt"]), epochs.has("own"),
            let own = epochs.integer("own", in: 0...Int(Epoch.numberMax)).flatMap({ Epoch(Int64($0)) })
        {
            let met = epochs.has("foreignMetAt") ? epochs.moment("foreignMetAt") : nil
            let acted = epochs.has("actedAt") ? epochs.moment("actedAt") : nil
            self.epochs = EpochRecord(own: own, foreignMetAt: met, actedAt: acted)
        }
        failures = (reader.items("failures") ?? []).compactMap { node in
            let keys = ["domain", "node", "count", "at", "cause"]
            return FieldReader(node, path: "failures", keys: keys, findings: reader.findings).flatMap {
                StartFailure($0)
            }
        }
    }
}

extension StartFailure {
    fileprivate var value: YAMLValue {
        .fields([
            "domain": .text(uuid), "node": .text(node.text),
            "count": .count(min(max(count, 1), RecordLimits.failuresMax)), "at": .text(at), "cause": .text(cause),
        ])
    }

    fileprivate init?(_ reader: FieldReader) {
        for key in ["node", "count"] { reader.demand(key) }
        guard let uuid = reader.uuid("domain"), let node = reader.name("node", as: NodeKind.self),
            let count = reader.integer("count", in: 1...RecordLimits.failuresMax), let at = reader.moment("at"),
            let cause = reader.anyText("cause")
        else { return nil }
        self.init(uuid: uuid, node: node, count: count, at: at, cause: cause)
    }
}
