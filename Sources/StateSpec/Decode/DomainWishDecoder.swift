/// `domains/<domain>.yaml` -> `DomainWish`.
enum DomainWishDecoder {
    static let keys = [
        "name", "run", "nodes", "prefer", "apart", "together", "requires", "priority", "after", "migrate", "shutdown",
        "hold", "prune",
    ]
    static let shutdownKeys = ["timeout", "then"]
    static let groupKeys = ["group", "soft"]

    static func decode(_ root: YAMLNode, _ findings: FindingCollector) -> WishDraft? {
        guard let fields = FieldReader(root, keys: keys, findings: findings) else { return nil }
        var draft = WishDraft()
        draft.declared = DeclaredName(fields, as: DomainKind.self)
        draft.marks = fields.known.map { ($0.key, $0.mark) }
        if let run = fields.choice("run", as: RunWish.self) { draft.wish.run = run }
        if let migrate = fields.choice("migrate", as: MigrationWish.self) { draft.wish.migrate = migrate }
        draft.wish.priority = fields.integer("priority", in: -1_000_000...1_000_000) ?? 0
        draft.wish.prune = fields.bool("prune") ?? false
        draft.wish.hold = fields.pause("hold")
        decodeShutdown(fields, &draft.wish.shutdown)
        decodePlace(fields, &draft)
        draft.apart = groups(fields, "apart")
        draft.wish.apart = draft.apart.map(\.value)
        draft.together = groups(fields, "together")
        draft.wish.together = draft.together.map(\.value)
        draft.after = names(fields, "after", as: DomainKind.self)
        draft.wish.after = draft.after.map(\.value)
        return draft
    }

    private static func decodeShutdown(_ fields: FieldReader, _ shutdown: inout ShutdownWish) {
        guard let nested = fields.nested("shutdown", keys: shutdownKeys) else { return }
        if let timeout = nested.duration("timeout", from: Seconds(1)) { shutdown.timeout = timeout }
        if let then = nested.choice("then", as: ShutdownWish.Escalation.self) { shutdown.then = then }
    }

    private static func decodePlace(_ fields: FieldReader, _ draft: inout WishDraft) {
        if let items = fields.items("nodes") {
            draft.nodes = names(fields, "nodes", as: NodeKind.self)
            draft.wish.nodes = draft.nodes.map(\.value)
            if items.isEmpty, let mark = fields.mark(of: "nodes") {
                fields.findings.add(
                    at: mark, "empty-list", "'nodes' allows no node at all", hint: "remove the key to allow every node")
            }
        }
        if let node = fields.node("prefer"), let name = fields.findings.name(node, "prefer", as: NodeKind.self) {
            draft.wish.prefer = name
            draft.prefer = node.mark
        }
        if let items = fields.items("requires") {
            let labels = items.compactMap { node in
                fields.findings.label(node, "requires").map { (value: $0, mark: node.mark) }
            }
            draft.requires = fields.findings.unique(labels, "requires")
            draft.wish.requires = draft.requires.map(\.value)
        }
    }

    private static func names<Kind>(
        _ fields: FieldReader, _ key: String, as kind: Kind.Type
    ) -> [(value: Name<Kind>, mark: YAMLMark)] {
        guard let items = fields.items(key) else { return [] }
        let names = items.compactMap { node in
            fields.findings.name(node, key, as: kind).map { (value: $0, mark: node.mark) }
        }
        return fields.findings.unique(names, key)
    }

    /// `db`, `[db, web]`, `{group: db, soft: true}`, or a list of both.
    private static func groups(_ fields: FieldReader, _ key: String) -> [(value: GroupRule, mark: YAMLMark)] {
        guard let items = fields.items(key) else { return [] }
        var rules: [(value: GroupRule, mark: YAMLMark)] = []
        for node in items {
            guard let rule = group(node, key, fields.findings) else { continue }
            if rules.contains(where: { $0.value.group == rule.group }) {
                fields.findings.add(.warning, at: node.mark, "duplicate-item", "'\(key)' has '\(rule.group)' twice")
            } else {
                rules.append((rule, node.mark))
            }
        }
        return rules
    }

    private static func group(_ node: YAMLNode, _ key: String, _ findings: FindingCollector) -> GroupRule? {
        guard case .mapping = node.content else {
            return findings.name(node, key, as: GroupKind.self).map { GroupRule(group: $0) }
        }
        guard let fields = FieldReader(node, path: key, keys: groupKeys, findings: findings) else { return nil }
        fields.demand("group")
        let isSoft = fields.bool("soft") ?? false
        return fields.name("group", as: GroupKind.self).map { GroupRule(group: $0, isSoft: isSoft) }
    }
}

/// What a domain's YAML said, and where. It knows no file name: equal files are decoded once.
struct WishDraft: Sendable {
    var wish = DomainWish()
    var declared: DeclaredName?
    /// Where each key stands.
    var marks: [(key: String, mark: YAMLMark)] = []
    var nodes: [(value: NodeName, mark: YAMLMark)] = []
    var prefer: YAMLMark?
    var requires: [(value: String, mark: YAMLMark)] = []
    var after: [(value: DomainName, mark: YAMLMark)] = []
    var apart: [(value: GroupRule, mark: YAMLMark)] = []
    var together: [(value: GroupRule, mark: YAMLMark)] = []
}
