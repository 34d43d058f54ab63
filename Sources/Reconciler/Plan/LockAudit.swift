import StateSpec

/// Which domains libvirt's storage lock protects from a second copy that somebody starts by hand, and why not the
/// others. havirt's own lock cannot: it binds only havirts.
struct LockAudit {
    private typealias Place = (node: NodeName, lock: ObservedStorageLock?)

    private let places: [Place]
    private let placeByName: [NodeName: Place]
    /// What is wrong with the nodes for a domain that may run on all of them, which is the rule.
    private let gapEverywhere: Gap?
    private let cluster: ClusterSpec
    /// It holds this audit, too.
    private unowned let context: PlanContext

    init(_ context: PlanContext) {
        // A silent node cannot be asked, and a retired one takes no domain.
        let places = context.roster.entries.compactMap { entry -> Place? in
            guard let node = entry.node, let spec = entry.spec, !spec.retired else { return nil }
            return (entry.name, node.storageLock)
        }
        self.places = places
        placeByName = Dictionary(places.map { ($0.node, $0) }) { first, _ in first }
        gapEverywhere = Self.gap(ofNodes: places)
        cluster = context.request.desired.cluster
        self.context = context
    }

    /// Why the domain is `UNPROTECTED`; nil if it is `PROTECTED`. What runs must have been locked when it was started.
    func gap(of spec: DomainSpec, _ definition: DomainDefinition, isRunning: Bool = false) -> Gap? {
        let written = definition.disks.filter(\.isWritten)
        if written.isEmpty, definition.leases.isEmpty { return nil }
        let allowed = spec.wish.nodes.map { nodes in nodes.compactMap { placeByName[$0] } } ?? places
        if isRunning {
            let homes = context.homes.sights(of: spec.uuid).map { context.roster.entries[$0.node] }
            let lost = homes.filter { $0.node?.storageLock?.unlocked.contains(spec.uuid) == true }
            if !lost.isEmpty { return Gap(.lockLost, lost.map(\.name)) }
        }
        if let gap = spec.wish.nodes == nil ? gapEverywhere : Self.gap(ofNodes: allowed) { return gap }
        switch allowed.first?.lock?.manager {
        case .lockd(let settings)?: return gap(of: definition, written, settings)
        case .sanlock(let settings)?: return gap(of: definition, written, settings)
        case .none?, .unknown?, nil: return Gap(.unknown, allowed.map(\.node))
        }
    }

    /// What is wrong with the nodes themselves: one that locks otherwise than the others locks nothing against them.
    private static func gap(ofNodes nodes: [Place]) -> Gap? {
        func those(_ cause: Gap.Cause, _ isBad: (ObservedStorageLock?) -> Bool) -> Gap? {
            let bad = nodes.filter { isBad($0.lock) }.map(\.node)
            return bad.isEmpty ? nil : Gap(cause, bad)
        }
        let hosts = nodes.compactMap { node -> Int64? in
            if case .sanlock(let settings)? = node.lock?.manager { settings.hostID } else { nil }
        }
        return those(.unknown) { lock in
            if case .unknown? = lock?.manager { true } else { lock == nil }
        } ?? those(.noManager) { $0?.manager == ObservedStorageLock.Manager.none }
            ?? those(.stale) { $0?.isStale == true }
            ?? those(.dead) { $0?.isAlive == false }
            ?? (Set(nodes.map { $0.lock?.manager.comparable }).count > 1 ? Gap(.differing, nodes.map(\.node)) : nil)
            ?? (hosts.contains(0) || Set(hosts).count < hosts.count ? Gap(.hostID, nodes.map(\.node)) : nil)
    }

    private func gap(of definition: DomainDefinition, _ written: [DomainDisk], _ lockd: LockdSettings) -> Gap? {
        if definition.leases.contains(where: { isShared($0.path) }) { return nil }
        if !lockd.autoDiskLeases { return Gap(definition.leases.isEmpty ? .noLease : .localLease) }
        // One that several may write is locked for all of them, a second copy included.
        let alone = written.filter { !$0.isShareable }
        if alone.isEmpty { return Gap(.onlyShareable) }
        for disk in alone {
            switch disk.source {
            case .file(let path), .block(let path):
                if let gap = gap(ofPath: path, disk.source, lockd) { return gap }
            case .network: return Gap(.network)
            case .volume, .other, .empty: return Gap(.otherKind)
            }
        }
        return nil
    }

    /// libvirt's own order: by LVM's uuid, by the SCSI serial number, by the hash of the name, or the file itself.
    private func gap(ofPath path: String, _ source: DomainDisk.Source, _ lockd: LockdSettings) -> Gap? {
        let isDevice = path.hasPrefix("/dev/")
        var lockspace = lockd.fileLockspace
        if isDevice {
            if let folder = lockd.lvmLockspace, knows(source, \.isVolume) {
                lockspace = folder
            } else if let folder = lockd.scsiLockspace, knows(source, \.isSCSI) {
                lockspace = folder
            }
        }
        if let lockspace { return isShared(lockspace) ? nil : Gap(.localLockspace) }
        // A lock on the node of a device is seen by its own machine only.
        if isDevice { return Gap(.device) }
        if case .block = source { return Gap(.device) }
        return isShared(path) ? nil : Gap(.localFile)
    }

    /// Whether a device is of a kind, by its name or as a node resolves it.
    private func knows(_ source: DomainDisk.Source, _ isKind: (StorageKey) -> Bool) -> Bool {
        let identity = context.storage.identity(of: source, on: context.storage.places)
        return identity?.own.contains { if case .key(let key) = $0 { isKind(key) } else { false } } ?? false
    }

    private func gap(of definition: DomainDefinition, _ written: [DomainDisk], _ sanlock: SanlockSettings) -> Gap? {
        // A lease of sanlock may be on a device, too.
        if definition.leases.contains(where: { isShared($0.path) || $0.path.hasPrefix("/dev/") }) { return nil }
        if !sanlock.autoDiskLeases { return Gap(definition.leases.isEmpty ? .noLease : .localLease) }
        for disk in written {
            switch disk.source {
            case .file, .block: continue
            case .network: return Gap(.network)
            case .volume, .other, .empty: return Gap(.otherKind)
            }
        }
        return isShared(sanlock.leaseFolder) ? nil : Gap(.localLockspace)
    }

    /// Whether the path, which may be that of a folder, is the same storage on every node.
    private func isShared(_ path: String) -> Bool { cluster.isSurelyShared(path + "/") }
}

extension LockAudit {
    /// One notice for each cause, with all its domains; none where no node said how it locks.
    var alerts: [Alert] {
        guard places.contains(where: { $0.lock != nil }) else { return [] }
        var groups: [Gap.Cause: (nodes: Set<NodeName>, domains: [DomainName])] = [:]
        for spec in context.request.desired.domains {
            let running = context.running(spec.uuid).first
            guard let gap = gap(of: spec, running ?? spec.definition, isRunning: running != nil) else { continue }
            groups[gap.cause, default: ([], [])].nodes.formUnion(gap.nodes)
            groups[gap.cause]?.domains.append(spec.name)
        }
        let severity = context.isLockRequired ? Severity.warning : .notice
        return groups.map { cause, group in
            let shown = group.domains.prefix(5).map(\.text).joined(separator: ", ")
            let more = group.domains.count > 5 ? " and \(group.domains.count - 5) more" : ""
            return Alert(
                severity: severity, code: "unprotected", subject: "storage lock",
                message: "leaves \(shown)\(more) UNPROTECTED: \(Gap(cause, group.nodes.sorted()))")
        }
    }
}

extension ObservedStorageLock.Manager {
    /// Without what must differ from node to node.
    fileprivate var comparable: Self {
        guard case .sanlock(var settings) = self else { return self }
        settings.hostID = 0
        return .sanlock(settings)
    }
}

extension StorageKey {
    /// Whether it is a logical volume.
    fileprivate var isVolume: Bool {
        if case .wwid(let wwid) = device { wwid.text.hasPrefix("dm-LVM-") } else { false }
    }

    /// Whether it is a SCSI device, which tells its serial number.
    fileprivate var isSCSI: Bool {
        switch device {
        case .lun: true
        case .wwid(let wwid): ["naa.", "eui.", "t10."].contains { wwid.text.hasPrefix($0) }
        case .path, .network, .volume: false
        }
    }
}
