/// `nodes/<node>.yaml` -> `NodeSpec`.
enum NodeDecoder {
    static let keys = [
        "name", "ssh", "migrationHost", "maintenance", "labels", "memoryReserve", "cpuOvercommit", "failureDomain",
        "migrationBandwidth", "retired", "fenced",
    ]
    static let fencedKeys = ["bootId", "since", "by", "reason"]

    static func decode(_ root: YAMLNode, name: NodeName, _ findings: FindingCollector) -> NodeDraft? {
        guard let fields = FieldReader(root, keys: keys, findings: findings) else { return nil }
        var draft = NodeDraft(spec: NodeSpec(name: name))
        draft.declared = DeclaredName(fields, as: NodeKind.self)
        draft.marks = fields.known.map { ($0.key, $0.mark) }
        if let node = fields.node("ssh") { decodeSSH(node, findings).map { draft.spec.ssh = $0 } }
        if let node = fields.node("migrationHost") {
            decodeHost(node, findings).map { draft.spec.migrationHost = $0 }
        }
        draft.spec.maintenance = fields.pause("maintenance")
        let labels = fields.items("labels")?.compactMap { node in
            findings.label(node, "labels").map { (value: $0, mark: node.mark) }
        }
        draft.spec.labels = findings.unique(labels ?? [], "labels").map(\.value)
        draft.spec.memoryReserve = fields.memory("memoryReserve")
        draft.spec.cpuOvercommit = fields.number("cpuOvercommit", in: 0.1...100)
        draft.spec.failureDomain = fields.node("failureDomain").flatMap { findings.label($0, "failureDomain") }
        draft.spec.migrationBandwidth = fields.bandwidth("migrationBandwidth")
        draft.spec.retired = fields.bool("retired") ?? false
        draft.spec.fenced = decodeFenced(fields)
        return draft
    }

    private static func decodeSSH(_ node: YAMLNode, _ findings: FindingCollector) -> SSHDestination? {
        guard let text = findings.text(node, "ssh", takes: "an ssh destination") else { return nil }
        guard let destination = SSHDestination.parse(text) else {
            findings.add(
                at: node.mark, "invalid-ssh", "\(Escaped(text)) is no ssh destination",
                hint: SSHDestination.hint(for: text))
            return nil
        }
        return destination
    }

    private static func decodeHost(_ node: YAMLNode, _ findings: FindingCollector) -> String? {
        guard let text = findings.text(node, "migrationHost", takes: "a host name or address") else { return nil }
        var bare = text[...]
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        guard HostGrammar.isIPv6(bare) || (bare.count == text.count && HostGrammar.isName(text)) else {
            findings.add(
                at: node.mark, "invalid-host", "\(Escaped(text)) is no host name or address",
                hint: "write a host name, an IPv4 or an IPv6 address, without user or port")
            return nil
        }
        return String(bare)
    }

    /// A boot that nobody names and a reason that nobody gives would fence whatever runs there now.
    private static func decodeFenced(_ fields: FieldReader) -> Fencing? {
        guard let fenced = fields.nested("fenced", keys: fencedKeys) else { return nil }
        fenced.demand("bootId")
        fenced.demand("reason")
        let since = fenced.timestamp("since")
        let by = fenced.string("by")
        let reason = fenced.string("reason")
        guard let node = fenced.node("bootId"),
            let text = fenced.findings.text(node, "fenced.bootId", takes: "a boot id")
        else { return nil }
        guard let bootID = DomainUUID(text) else {
            fenced.findings.wrongType(
                node, "fenced.bootId", takes: "a boot id",
                hint: "copy it from /proc/sys/kernel/random/boot_id of that boot, or from 'havirt node list'")
            return nil
        }
        return reason.map { Fencing(bootID: bootID, since: since, by: by, reason: $0) }
    }
}

/// What a node's file said, and where.
struct NodeDraft: Sendable {
    var spec: NodeSpec
    var declared: DeclaredName?
    var marks: [(key: String, mark: YAMLMark)] = []
}

/// The `name` that stands inside a file, beside the file's own.
struct DeclaredName: Sendable {
    let text: String
    let mark: YAMLMark

    /// Nil without a `name` that fits the grammar.
    init?<Kind: NameKind>(_ fields: FieldReader, as kind: Kind.Type) {
        guard let name = fields.name("name", as: kind), let mark = fields.node("name")?.mark else { return nil }
        text = name.text
        self.mark = mark
    }
}
