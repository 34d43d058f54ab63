import StateSpec

extension Admission {
    /// What a domain asks of any node, worked out once for all of them.
    struct Demand {
        let spec: DomainSpec
        /// The only node that has a writable file disk of it, where it has one; nil if that is not known.
        let pin: NodeName?
        let isPinned: Bool
        let interfaces: [DomainInterface]
        /// Names of block devices that its disks are known by.
        var devices: [String]
        /// What its disks ask of sessions; empty where git has no target.
        var luns: [LUNDemand]
        /// Which of the roster's CPUs it can be migrated to, live; empty where any will do.
        let cpus: [CPUFit]

        /// - Parameter isAnew: whether it would be started from git's XML, whatever runs now.
        init(_ spec: DomainSpec, _ context: PlanContext, isAnew: Bool = false) {
            // Asked of every domain of every plan, so that nothing is collected that need not be.
            self.spec = spec
            let running = context.running(spec.uuid)
            let cluster = context.request.desired.cluster
            isPinned = hasLocalDisk(spec.definition, cluster) || running.contains { hasLocalDisk($0, cluster) }
            pin = isPinned ? Admission.pin(of: spec, context) : nil
            // What runs moves as it is; git's XML counts at the next start.
            if !isAnew, spec.wish.migrate != .offline, let first = running.first {
                let others = running.dropFirst()
                interfaces = others.isEmpty ? first.interfaces : running.flatMap(\.interfaces)
                devices = running.flatMap(Admission.devices)
                luns = LUNDemand.all(of: running, uuid: spec.uuid, isMove: true, context)
            } else {
                interfaces = spec.definition.interfaces
                devices = Admission.devices(of: spec.definition)
                luns = LUNDemand.all(of: [spec.definition], uuid: spec.uuid, isMove: false, context)
            }
            let cpu = isAnew || spec.wish.migrate == .offline ? nil : Admission.cpuNeed(of: spec.uuid, context)
            cpus = cpu.map { context.roster.hosts.map($0.fit(on:)) } ?? []
        }

        /// All that decides which nodes meet it, but for its devices, which hardly two domains share.
        struct Kind: Hashable {
            let nodes: [NodeName]?
            let labels: [String]
            let pin: NodeName?
            let isPinned: Bool
            let interfaces: [DomainInterface]
            let cpus: [CPUFit]
        }

        /// Demands of one kind without devices are met by the same nodes.
        var kind: Kind {
            Kind(
                nodes: spec.wish.nodes, labels: spec.wish.requires, pin: pin, isPinned: isPinned,
                interfaces: interfaces, cpus: cpus)
        }

        /// Whether what runs may ask for more or less than a start would.
        func mayDiffer(fromStartOf definition: DomainDefinition) -> Bool {
            !cpus.isEmpty || interfaces != definition.interfaces || devices != Admission.devices(of: definition)
        }

        /// Where a rule of the domain stands in git.
        func origin(_ key: String) -> RuleOrigin { RuleOrigin(spec.origins[key]) }
    }

    /// What runs now needs a CPU like that under it.
    private static func cpuNeed(of uuid: DomainUUID, _ context: PlanContext) -> CPUNeed? {
        for sight in context.homes.sights(of: uuid) {
            let domain = context.roster.domain(sight)
            guard domain.activity.holdsDisks, let definition = domain.definition else { continue }
            return CPUNeed(definition, source: context.roster.hosts[context.roster.entries[sight.node].host])
        }
        return nil
    }

    /// Names of block devices that a scan lists, among the disks of a definition.
    static func devices(of definition: DomainDefinition) -> [String] {
        var names: [String] = []
        for disk in definition.disks {
            if let name = listedName(disk.source) { names.append(name) }
            names += disk.backing.compactMap(listedName)
        }
        return names
    }

    /// The path of a block device, where a scan lists all of its kind.
    private static func listedName(_ source: DomainDisk.Source) -> String? {
        guard case .block(let path) = source, isListed(path) else { return nil }
        return path
    }

    /// Whether a path is a name of a block device that a scan lists, which is the same device wherever it stands.
    static func isListed(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.first == "" && !parts.dropFirst().contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
            && (parts.count == 5 && parts[1...2] == ["dev", "disk"] && parts[3] != "by-diskseq"
                || parts.count == 4 && parts[1...2] == ["dev", "mapper"])
    }
}
