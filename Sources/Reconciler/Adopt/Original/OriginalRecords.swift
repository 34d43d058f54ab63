import StateSpec

/// The three records of the original havirt. Their keys are known from its documentation only, so whatever is not
/// understood is told and left out, and each record may be a mapping by name or a list.
struct OriginalRecords {
    /// A node of `node.yaml` or `node_population.yaml`.
    struct Node {
        var isInMaintenance = false
        /// Where ssh finds it, as it stands there.
        var ssh: String?
    }

    private(set) var nodes: [String: Node] = [:]
    /// The nodes on which a domain was recorded as running, by its name.
    private(set) var homes: [String: Set<String>] = [:]
    /// The domains that were kept from starting.
    private(set) var inMaintenance: Set<String> = []
    /// All domains of which any record tells.
    private(set) var domains: Set<String> = []
    /// What has no place in git.
    private(set) var leftovers = OriginalLeftovers()

    /// What nodes and domains are asked for anew, by the names that virsh and the original have for it.
    private static let measured: Set<String> = [
        "cpu model", "cpu_model", "cpu(s)", "cpus", "cpu_count", "cpu frequency", "cpu_frequency", "cpu socket(s)",
        "core(s) per socket", "thread(s) per core", "numa cell(s)", "memory size", "memory", "vcpu", "vcpus", "vnc",
        "vncport", "vnc port", "uuid", "name", "node", "state", "last_checked", "lastchecked", "last checked",
    ]

    init(_ tree: OriginalTree) throws(AdoptionRefusal) {
        for entry in try entries(of: "node.yaml", tree) { add(node: entry) }
        for entry in try entries(of: "node_population.yaml", tree) { add(population: entry) }
        for entry in try entries(of: "domain.yaml", tree) { add(domain: entry) }
    }

    private mutating func entries(of file: String, _ tree: OriginalTree) throws(AdoptionRefusal) -> [OriginalEntry] {
        guard let root = try tree.record(file) else { return [] }
        return OriginalEntry.list(OriginalEntry.unwrapped(root, file), in: "var/\(file)", &leftovers)
    }

    private mutating func add(node entry: OriginalEntry) {
        var node = Node()
        for field in entry.fields {
            switch field.key {
            case "maintenance": node.isInMaintenance = OriginalEntry.isTrue(field.value)
            case "ssh" where field.value.text != nil: node.ssh = field.value.text
            default: note(field.key, of: entry.name, in: "var/node.yaml")
            }
        }
        nodes[entry.name] = node
    }

    /// The domains of a node: a list, the keys of a mapping, or either under `running`.
    private mutating func add(population entry: OriginalEntry) {
        if nodes[entry.name] == nil { nodes[entry.name] = Node() }
        guard let value = entry.value else { return }
        let file = "var/node_population.yaml"
        var list = value
        if let running = value["running"], running.text == nil || OriginalEntry.isNothing(running) {
            list = running
            for field in entry.fields where field.key != "running" { note(field.key, of: entry.name, in: file) }
        }
        if OriginalEntry.isNothing(list) { return }
        for domain in OriginalEntry.list(list, in: file, &leftovers) {
            homes[domain.name, default: []].insert(entry.name)
            domains.insert(domain.name)
        }
    }

    private mutating func add(domain entry: OriginalEntry) {
        domains.insert(entry.name)
        for field in entry.fields {
            if field.key != "maintenance" {
                note(field.key, of: entry.name, in: "var/domain.yaml")
            } else if OriginalEntry.isTrue(field.value) {
                inMaintenance.insert(entry.name)
            }
        }
    }

    private mutating func note(_ key: String, of name: String, in file: String) {
        if !Self.measured.contains(key.lowercased()) { leftovers.add("key \(Escaped(key))", of: name, in: file) }
    }
}

/// What stands in records and has no place in git, each kind of it once.
struct OriginalLeftovers {
    private var names: [String: [String: Set<String>]] = [:]
    private static let shownMax = 50

    mutating func add(_ what: String, of name: String, in file: String) {
        names[file, default: [:]][what, default: []].insert(name)
    }

    /// One for each kind, in order.
    var findings: [AdoptionFinding] {
        let all = names.sorted { $0.key < $1.key }.flatMap { file, kinds in
            kinds.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { what, names in
                let shown = names.sorted().prefix(3).map { Escaped($0).bare }.joined(separator: ", ")
                let more = names.count > 3 ? " and \(names.count - 3) more" : ""
                return AdoptionFinding(
                    .notice, "not-imported", file, "has \(what), of \(shown)\(more), which git has no place for")
            }
        }
        if all.count <= Self.shownMax { return all }
        let rest = AdoptionFinding(
            .notice, "not-imported", "var",
            "has \(all.count - Self.shownMax) more kinds of things for which git has no place")
        return all.prefix(Self.shownMax) + [rest]
    }
}
