/// Says which wishes go beyond `limits:` of `havirt.conf`, and what holds instead. The commit cannot demote this: it would
/// be to hide that it asked.
struct LooserThanLimits {
    private let limits: PolicyLimits
    private let set: SpecSet
    private var findings: [Finding] = []

    static func check(_ set: SpecSet, _ limits: PolicyLimits) -> [Finding] {
        var check = LooserThanLimits(limits: limits, set: set)
        check.cluster()
        check.nodes()
        check.domains()
        check.iscsi()
        return check.findings
    }

    private init(limits: PolicyLimits, set: SpecSet) {
        self.limits = limits
        self.set = set
    }

    private mutating func cluster() {
        let (wished, held) = (set.cluster, limits.cluster(set.cluster))
        beyond("unreachable", wished.unreachable != held.unreachable, "\(held.unreachable.rawValue)")
        let count = set.domains.count
        // Which of them run is not known here: at most all.
        func allowed(_ budget: Budget) -> Int { budget.allowance(of: count, active: count) }
        let (stops, moves) = (allowed(held.budgets.stops), allowed(held.budgets.moves))
        beyond("budgets.stops", allowed(wished.budgets.stops) > stops, "\(stops) of \(count) domains")
        beyond("budgets.moves", allowed(wished.budgets.moves) > moves, "\(moves) of \(count) domains")
        let (asked, most) = (wished.concurrency, held.concurrency)
        beyond(
            "concurrency.migrationsPerNode", asked.migrationsPerNode > most.migrationsPerNode,
            "\(most.migrationsPerNode)")
        beyond("concurrency.startsPerNode", asked.startsPerNode > most.startsPerNode, "\(most.startsPerNode)")
        beyond("cpuOvercommit", wished.cpuOvercommit > held.cpuOvercommit, "\(held.cpuOvercommit)")
        beyond("memoryReserve", wished.memoryReserve < held.memoryReserve, "\(held.memoryReserve)")
        beyond("requireStorageLock", wished.requireStorageLock != held.requireStorageLock, "true")
        sharedPaths(held)
        let isAuto = wished.balance.mode != held.balance.mode
        beyond(set.clusterDraft?.marks["balance.mode"] == nil ? "balance" : "balance.mode", isAuto, "off")
    }

    /// A key of `cluster.yaml`. What does not stand there is a default that was cut down, which nobody asked for.
    private mutating func beyond(_ key: String, _ isBeyond: Bool, _ instead: String) {
        guard isBeyond, let mark = set.clusterDraft?.marks[key] else { return }
        report(mark.place(in: "cluster.yaml"), "'\(key)'", "\(instead) holds")
    }

    /// The list itself is not cut down, see `ClusterSpec.isSurelyShared`.
    private mutating func sharedPaths(_ held: ClusterSpec) {
        let local = held.sharedPaths.filter { !held.isSurelyShared($0 + "/") }
        guard !local.isEmpty, let mark = set.clusterDraft?.marks["sharedPaths"] else { return }
        let shown = local.prefix(5).map { Escaped($0).bare }.joined(separator: ", ")
        let more = local.count > 5 ? " and \(local.count - 5) more" : ""
        report(
            mark.place(in: "cluster.yaml"), "'sharedPaths'",
            "what they do not name of \(shown)\(more) counts as local")
    }

    private mutating func nodes() {
        for file in set.nodes {
            guard let wished = file.spec else { continue }
            let held = limits.node(wished)
            if let most = held.cpuOvercommit, wished.cpuOvercommit != most {
                report(file.place(of: "cpuOvercommit"), "'cpuOvercommit'", "\(most) holds")
            }
            if let least = held.memoryReserve, wished.memoryReserve != least {
                report(file.place(of: "memoryReserve"), "'memoryReserve'", "\(least) holds")
            }
            if wished.fenced != held.fenced {
                report(file.place(of: "fenced"), "'fenced'", "the node counts as silent, not as dead")
            }
        }
    }

    private mutating func domains() {
        guard !limits.mayDestroy || !limits.mayPrune else { return }
        for files in set.domains {
            guard let wished = files.wish?.draft.wish else { continue }
            let held = limits.wish(wished)
            if wished.shutdown != held.shutdown {
                report(files.place(of: "shutdown"), "'shutdown.then: destroy'", "the guest is waited for")
            }
            if wished.prune != held.prune {
                report(files.place(of: "prune"), "'prune'", "removing its files will not stop the domain")
            }
        }
    }

    /// A portal or a file that is not among those allowed has no tighter form, so these are errors.
    private mutating func iscsi() {
        for file in set.iscsi {
            guard let draft = file.draft else { continue }
            for (portal, mark) in zip(draft.spec.portals, draft.portalMarks) {
                guard let allowed = limits.portals, !allowed.contains(portal) else { continue }
                refuse(
                    mark.place(in: file.path), "nodes may not log in to the portal \(portal)", "portals: [\(portal)]")
            }
            guard let folders = limits.secretFolders, case .file(let path)? = draft.spec.chap?.secret,
                !folders.contains(where: { path.hasPrefix("\($0)/") })
            else { continue }
            let folder = path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            refuse(
                (draft.chapMark ?? YAMLMark(line: 1, column: 1)).place(in: file.path),
                "a password may not be read from \(Escaped(path))", "secretFolders: [\(Escaped(folder).bare)]")
        }
    }

    private mutating func refuse(_ place: Place, _ message: String, _ line: String) {
        findings.append(
            Finding(
                .error, place, code: "beyond-limits", "\(message): the limits of this havirt do not name it",
                hint: "`limits: {\(line)}` in havirt.conf would allow it"))
    }

    private mutating func report(_ place: Place, _ key: String, _ instead: String) {
        findings.append(
            Finding(
                .warning, place, code: "beyond-limits",
                "\(key) is looser than the limits of this havirt allow: \(instead)",
                hint: "tighten it here, or loosen `limits:` in havirt.conf on the machines that apply this repository"))
    }
}
