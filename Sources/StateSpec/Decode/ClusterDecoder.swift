/// `cluster.yaml` -> `ClusterSpec`.
enum ClusterDecoder {
    /// The newest schema that this havirt reads.
    static let schemaMax = 1

    static let keys = [
        "schema", "name", "unreachable", "cpuOvercommit", "memoryReserve", "budgets", "concurrency", "timeouts",
        "networks", "sharedPaths", "requireStorageLock", "balance", "findings", "migrationBandwidth",
    ]
    static let budgetKeys = ["stops", "moves"]
    static let concurrencyKeys = ["migrationsPerNode", "startsPerNode", "nodes"]
    static let timeoutKeys = ["start", "migrate", "scan"]
    static let balanceKeys = ["mode", "target", "minGain", "cooldown"]

    static func decode(_ root: YAMLNode, _ findings: FindingCollector) -> ClusterDraft? {
        // A newer schema may have keys that only look wrong from here, so nothing else is said about the file.
        if let schema = root["schema"], let text = schema.text, let number = Int(text), number > schemaMax {
            findings.add(
                at: schema.mark, "schema-too-new",
                "the repository is of schema \(number), this havirt reads up to \(schemaMax)",
                hint: "update havirt on the machine that reads it")
            return nil
        }
        guard let fields = FieldReader(root, keys: keys, findings: findings) else { return nil }
        _ = fields.integer("schema", in: 1...schemaMax)
        var spec = ClusterSpec.unnamed
        if let name = fields.name("name", as: ClusterKind.self) { spec.name = name }
        if let policy = fields.choice("unreachable", as: UnreachablePolicy.self) { spec.unreachable = policy }
        if let ratio = fields.number("cpuOvercommit", in: 0.1...100) { spec.cpuOvercommit = ratio }
        if let memory = fields.memory("memoryReserve") { spec.memoryReserve = memory }
        if let bandwidth = fields.bandwidth("migrationBandwidth") { spec.migrationBandwidth = bandwidth }
        if let lock = fields.bool("requireStorageLock") { spec.requireStorageLock = lock }
        decodeLimits(fields, &spec)
        decodeBalance(fields, &spec.balance)
        let networks = fields.items("networks")?.compactMap { node in
            findings.name(node, "networks", as: NetworkKind.self).map { (value: $0, mark: node.mark) }
        }
        spec.networks = findings.unique(networks ?? [], "networks").map(\.value)
        let paths = fields.items("sharedPaths")?.compactMap { node in
            findings.absolutePath(node, "sharedPaths").map { (value: $0, mark: node.mark) }
        }
        spec.sharedPaths = findings.unique(paths ?? [], "sharedPaths").map(\.value)
        let severities = decodeSeverities(fields)
        for entry in severities { spec.findingSeverities[entry.code] = .some(entry.severity) }
        return ClusterDraft(
            spec: spec, marks: marks(root, ""), severityMarks: severities.map { ($0.code, $0.mark) })
    }

    /// Where each key stands, those inside others as `budgets.stops`.
    private static func marks(_ node: YAMLNode, _ prefix: String) -> [String: YAMLMark] {
        guard case .mapping(let entries) = node.content else { return [:] }
        var marks: [String: YAMLMark] = [:]
        for entry in entries {
            marks[prefix + entry.key] = entry.mark
            if prefix.isEmpty {
                marks.merge(Self.marks(entry.value, entry.key + ".")) { first, _ in first }
            }
        }
        return marks
    }

    private static func decodeLimits(_ fields: FieldReader, _ spec: inout ClusterSpec) {
        if let budgets = fields.nested("budgets", keys: budgetKeys) {
            budget(budgets, "stops", &spec.budgets.stops)
            budget(budgets, "moves", &spec.budgets.moves)
        }
        if let concurrency = fields.nested("concurrency", keys: concurrencyKeys) {
            let range = 1...1000
            concurrency.integer("migrationsPerNode", in: range).map { spec.concurrency.migrationsPerNode = $0 }
            concurrency.integer("startsPerNode", in: range).map { spec.concurrency.startsPerNode = $0 }
            concurrency.integer("nodes", in: range).map { spec.concurrency.nodes = $0 }
        }
        if let timeouts = fields.nested("timeouts", keys: timeoutKeys) {
            timeouts.duration("start", from: Seconds(1)).map { spec.timeouts.start = $0 }
            timeouts.duration("migrate", from: Seconds(1)).map { spec.timeouts.migrate = $0 }
            timeouts.duration("scan", from: Seconds(1)).map { spec.timeouts.scan = $0 }
        }
    }

    private static func budget(_ fields: FieldReader, _ key: String, _ budget: inout Budget) {
        if let read = fields.budget(key, floor: budget.floor) { budget = read }
    }

    private static func decodeBalance(_ fields: FieldReader, _ balance: inout BalancePolicy) {
        guard let node = fields.node("balance") else { return }
        if node.text != nil {
            fields.findings.choice(node, "balance", as: BalancePolicy.Mode.self).map { balance.mode = $0 }
            return
        }
        guard let nested = fields.nested("balance", keys: balanceKeys) else { return }
        nested.choice("mode", as: BalancePolicy.Mode.self).map { balance.mode = $0 }
        nested.number("target", in: 1...10).map { balance.target = $0 }
        nested.number("minGain", in: 0...1).map { balance.minGain = $0 }
        nested.duration("cooldown").map { balance.cooldown = $0 }
    }

    private static func decodeSeverities(
        _ fields: FieldReader
    ) -> [(code: String, severity: Severity?, mark: YAMLMark)] {
        guard let node = fields.node("findings") else { return [] }
        guard case .mapping(let entries) = node.content else {
            fields.findings.wrongType(node, "findings", takes: "codes with a severity each")
            return []
        }
        return entries.compactMap { entry in
            let isCode = entry.key.utf8.allSatisfy { NameGrammar.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }
            guard isCode, !entry.key.isEmpty else {
                fields.findings.add(at: entry.mark, "invalid-name", "\(Escaped(entry.key)) is no code of a finding")
                return nil
            }
            let what = "findings.\(entry.key)"
            guard let word = fields.findings.choice(entry.value, what, as: FindingWord.self) else { return nil }
            return (entry.key, Severity(rawValue: word.rawValue), entry.mark)
        }
    }

    private enum FindingWord: String, CaseIterable {
        case notice, warning, error, ignore
    }
}

/// What `cluster.yaml` said.
struct ClusterDraft: Sendable {
    var spec: ClusterSpec
    /// Where each key stands, those inside others as `budgets.stops`.
    var marks: [String: YAMLMark]
    /// Where each code of `findings` stands.
    var severityMarks: [(code: String, mark: YAMLMark)]
}

extension ClusterSpec {
    /// The defaults, under the default name.
    static var unnamed: ClusterSpec {
        do {
            return ClusterSpec(name: try ClusterName("cluster"))
        } catch {
            preconditionFailure("the default name is no name: \(error)")
        }
    }
}
