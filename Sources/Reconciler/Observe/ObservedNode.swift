public import StateSpec

/// A node as a complete, framed scan by root over `qemu:///system` showed it.
public struct ObservedNode: Equatable, Codable, Sendable {
    /// The host's uuid (`virsh capabilities`): which machine answered.
    public let hostUUID: DomainUUID
    /// This boot of it (`/proc/sys/kernel/random/boot_id`).
    public let bootID: DomainUUID
    /// Its own host name.
    public let hostName: String
    /// Time since its boot.
    public let uptime: Seconds
    /// Its own clock, for the skew.
    public let clock: Timestamp
    /// libvirt's and the hypervisor's versions.
    public let versions: HypervisorVersions
    /// Physical memory.
    public let memory: MemorySize
    /// Logical CPUs.
    public let cpus: Int
    /// The host CPU's model as libvirt names it.
    public let cpuModel: String?
    /// What the host CPU is besides its model; nil where that was not understood, or not looked at.
    public let cpu: ObservedCPU?
    /// libvirt networks.
    public let networks: [ObservedNetwork]
    /// Bridges of the node, by name.
    public let bridges: [String]
    /// All domains that libvirt lists.
    public let domains: [ObservedDomain]
    /// QEMU processes by the uuid on their command line, listed by libvirt or not.
    public let processes: [DomainUUID]
    /// What havirts remember on the node.
    public let memo: NodeMemo
    // Nil for none, so that a saved scan without any does not mention them.
    private let markers: [InFlight]?
    private let notes: [Witness]?
    /// What its kernel says about storage; nil where there is nothing to compare.
    public let storage: ObservedStorage?
    /// How its libvirt locks storage; nil where that was not looked at.
    public let storageLock: ObservedStorageLock?

    /// Sessions with iSCSI targets; nil where the scan did not ask, as that of an older havirt.
    public var iscsi: Seen<ObservedISCSI>?
    /// Who logs in to where by ssh; nil where the scan did not ask (`ScanDepth.round`). No decision hangs on it.
    public var access: ObservedAccess?
    /// How many network devices besides those of guests each bridge has; nil where the scan did not ask.
    public var uplinks: [String: Int]?

    /// Commands of havirts that may still take effect here.
    public var inFlight: [InFlight] { markers ?? [] }
    /// What holders of the lock noted of domains, to be compared later.
    public var witnesses: [Witness] { notes ?? [] }

    private enum CodingKeys: String, CodingKey {
        case hostUUID, bootID, hostName, uptime, clock, versions, memory, cpus, cpuModel, cpu, networks, bridges
        case domains, processes, memo, storage, storageLock, access, uplinks, iscsi
        case markers = "inFlight"
        case notes = "witnesses"
    }

    /// A sighting.
    public init(
        hostUUID: DomainUUID, bootID: DomainUUID, hostName: String, uptime: Seconds, clock: Timestamp,
        versions: HypervisorVersions, memory: MemorySize, cpus: Int, cpuModel: String? = nil,
        cpu: ObservedCPU? = nil, networks: [ObservedNetwork] = [], bridges: [String] = [],
        domains: [ObservedDomain] = [], processes: [DomainUUID] = [], memo: NodeMemo = NodeMemo(),
        inFlight: [InFlight] = [], witnesses: [Witness] = [], storage: ObservedStorage? = nil,
        storageLock: ObservedStorageLock? = nil
    ) {
        self.hostUUID = hostUUID
        self.bootID = bootID
        self.hostName = hostName
        self.uptime = uptime
        self.clock = clock
        self.versions = versions
        self.memory = memory
        self.cpus = cpus
        self.cpuModel = cpuModel
        self.cpu = cpu
        self.networks = networks.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.bridges = bridges.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.domains = domains.sorted { $0.uuid < $1.uuid }
        self.processes = processes.sorted()
        self.memo = memo
        markers = inFlight.isEmpty ? nil : inFlight.sorted { $0.uuid < $1.uuid }
        notes = witnesses.isEmpty ? nil : witnesses.sorted { $0.uuid < $1.uuid }
        self.storage = storage.flatMap { $0.isEmpty ? nil : $0 }
        self.storageLock = storageLock
    }
}

extension ObservedNode {
    /// Reads what `encode` wrote; lists are put in order again, because a file may have been edited.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            hostUUID: try container.decode(DomainUUID.self, forKey: .hostUUID),
            bootID: try container.decode(DomainUUID.self, forKey: .bootID),
            hostName: try container.decode(String.self, forKey: .hostName),
            uptime: try container.decode(Seconds.self, forKey: .uptime),
            clock: try container.decode(Timestamp.self, forKey: .clock),
            versions: try container.decode(HypervisorVersions.self, forKey: .versions),
            memory: try container.decode(MemorySize.self, forKey: .memory),
            cpus: try container.decode(Int.self, forKey: .cpus),
            cpuModel: try container.decodeIfPresent(String.self, forKey: .cpuModel),
            cpu: try container.decodeIfPresent(ObservedCPU.self, forKey: .cpu),
            networks: try container.decode([ObservedNetwork].self, forKey: .networks),
            bridges: try container.decode([String].self, forKey: .bridges),
            domains: try container.decode([ObservedDomain].self, forKey: .domains),
            processes: try container.decode([DomainUUID].self, forKey: .processes),
            memo: try container.decode(NodeMemo.self, forKey: .memo),
            inFlight: try container.decodeIfPresent([InFlight].self, forKey: .markers) ?? [],
            witnesses: try container.decodeIfPresent([Witness].self, forKey: .notes) ?? [],
            storage: try container.decodeIfPresent(ObservedStorage.self, forKey: .storage),
            storageLock: try container.decodeIfPresent(ObservedStorageLock.self, forKey: .storageLock))
        access = try container.decodeIfPresent(ObservedAccess.self, forKey: .access)
        iscsi = try container.decodeIfPresent(Seen<ObservedISCSI>.self, forKey: .iscsi)
        uplinks = try container.decodeIfPresent([String: Int].self, forKey: .uplinks)
    }
}

/// Versions as `virsh version` prints them: "9.0.0".
public struct HypervisorVersions: Equatable, Codable, Sendable {
    /// The library that virsh uses.
    public let libvirt: String
    /// The hypervisor: "QEMU 7.2.22".
    public let hypervisor: String

    /// Versions.
    public init(libvirt: String, hypervisor: String) {
        self.libvirt = libvirt
        self.hypervisor = hypervisor
    }
}

/// A libvirt network of a node.
public struct ObservedNetwork: Equatable, Codable, Sendable {
    /// Its name: hostile text.
    public let name: String
    /// Whether it is up.
    public let isActive: Bool
    /// Whether it comes up at boot.
    public let isAutostarted: Bool
    /// What kind of network it is; nil where the scan did not ask, or its XML is not understood.
    public var shape: NetworkShape?

    /// A network.
    public init(name: String, isActive: Bool, isAutostarted: Bool, shape: NetworkShape? = nil) {
        self.shape = shape
        self.name = name
        self.isActive = isActive
        self.isAutostarted = isAutostarted
    }
}

/// What havirts remember on a node, in `/var/lib/havirt/<cluster>/`, so that it does not hang on one controller's disk.
public struct NodeMemo: Equatable, Codable, Sendable {
    /// The last commit that was applied, and when.
    public var applied: AppliedCommit?
    /// All nodes that ever joined.
    public var members: [Member]
    // Nil for none, so that a saved scan without any does not mention them.
    private var named: [ISCSITargetName]?

    /// All iSCSI targets that an applied commit ever named (rule S7), in order.
    public var targets: [ISCSITargetName] { named ?? [] }

    private enum CodingKeys: String, CodingKey {
        case applied, members
        case named = "targets"
    }

    /// Nothing remembered.
    public init(applied: AppliedCommit? = nil, members: [Member] = [], targets: [ISCSITargetName] = []) {
        self.applied = applied
        self.members = members
        named = targets.isEmpty ? nil : Set(targets).sorted()
    }
}

/// A commit that a round acted on.
public struct AppliedCommit: Equatable, Codable, Sendable {
    /// The commit.
    public let commit: ObjectID
    /// When the round began.
    public let at: Timestamp
    /// Whether more than half of the nodes say so that remember any commit; not recorded, but counted at each look.
    public var isCommon = false

    private enum CodingKeys: String, CodingKey { case commit, at }

    /// A commit and a time.
    public init(commit: ObjectID, at: Timestamp) {
        self.commit = commit
        self.at = at
    }
}

/// A node that once joined the cluster.
public struct Member: Equatable, Codable, Sendable {
    /// Its name.
    public let name: NodeName
    /// Where ssh finds it, as `SSHDestination` spells it.
    public let ssh: String
    /// Which machine it is.
    public let hostUUID: DomainUUID
    /// The last boot that answered.
    public let bootID: DomainUUID
    /// When it last answered.
    public let lastAnswer: Timestamp
    /// Whether it left the cluster for good.
    public let isRetired: Bool
    /// When it last gave any sign of life, where that is later: by the clock that is ahead, its own or the
    /// controller's, and by less than a whole answer.
    public var heardAt: Timestamp?

    /// When it last gave any sign of life.
    public var lastHeard: Timestamp { max(lastAnswer, heardAt ?? lastAnswer) }

    /// A member.
    public init(
        name: NodeName, ssh: String, hostUUID: DomainUUID, bootID: DomainUUID, lastAnswer: Timestamp, isRetired: Bool,
        heardAt: Timestamp? = nil
    ) {
        self.heardAt = heardAt.flatMap { $0 > lastAnswer ? $0 : nil }
        self.name = name
        self.ssh = ssh
        self.hostUUID = hostUUID
        self.bootID = bootID
        self.lastAnswer = lastAnswer
        self.isRetired = isRetired
    }
}
