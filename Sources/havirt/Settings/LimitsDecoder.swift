import StateSpec

/// `limits:` of `havirt.conf`: keys and values as `cluster.yaml` has them, and three that say what git may not ask for.
enum LimitsDecoder {
    static let keys = [
        "unreachable", "budgets", "concurrency", "cpuOvercommit", "memoryReserve", "requireStorageLock", "sharedPaths",
        "balance", "destroy", "prune", "fencing", "portals", "secretFolders",
    ]

    static func decode(_ settings: FieldReader) -> PolicyLimits {
        var limits = PolicyLimits()
        guard let fields = settings.nested("limits", keys: keys) else { return limits }
        limits.unreachable = fields.choice("unreachable", as: UnreachablePolicy.self)
        let defaults = Budgets()
        if let budgets = fields.nested("budgets", keys: ["stops", "moves"]) {
            limits.stops = budgets.budget("stops", floor: defaults.stops.floor)
            limits.moves = budgets.budget("moves", floor: defaults.moves.floor)
        }
        if let concurrency = fields.nested("concurrency", keys: ["migrationsPerNode", "startsPerNode"]) {
            limits.migrationsPerNode = concurrency.integer("migrationsPerNode", in: 1...1000)
            limits.startsPerNode = concurrency.integer("startsPerNode", in: 1...1000)
        }
        limits.cpuOvercommit = fields.number("cpuOvercommit", in: 0.1...100)
        limits.memoryReserve = fields.memory("memoryReserve")
        limits.requireStorageLock = fields.bool("requireStorageLock") ?? false
        limits.sharedPaths = fields.absolutePaths("sharedPaths")
        if limits.requireStorageLock { demandSharedPaths(fields) }
        limits.mayBalance = fields.choice("balance", as: BalancePolicy.Mode.self) != .off
        limits.mayDestroy = fields.bool("destroy") ?? true
        limits.mayPrune = fields.bool("prune") ?? true
        limits.mayFence = fields.bool("fencing") ?? true
        limits.portals = portals(fields)
        limits.secretFolders = fields.absolutePaths("secretFolders")
        return limits
    }

    /// A lock is worth what its folder is: without this limit, a commit could call every node's own folder shared.
    private static func demandSharedPaths(_ fields: FieldReader) {
        guard !fields.has("sharedPaths") else { return }
        fields.findings.add(
            at: fields.mark(of: "requireStorageLock") ?? fields.mark, "missing-key",
            "'limits.requireStorageLock' needs 'limits.sharedPaths': git could call any folder with locks shared",
            hint: "add `sharedPaths: [/srv/shared]` there, with the folders that are the same storage on every node")
    }

    private static func portals(_ fields: FieldReader) -> Set<ISCSIPortal>? {
        fields.items("portals").map { items in
            Set(
                items.compactMap { node in
                    if let portal = node.text.flatMap({ ISCSIPortal($0) }) { return portal }
                    fields.findings.add(at: node.mark, "wrong-type", "'limits.portals' takes host or host:port")
                    return nil
                })
        }
    }
}
