import StateSpec

@testable import Reconciler

/// A domain as it is on one host of the model, whatever havirt believes.
struct Guest: Equatable, Sendable {
    var name: String
    var state: ObservedState
    var definition: DomainDefinition
    var isPersistent = false
    var isAutostarted = false
    var hasManagedSave = false
    var job: String?
    /// The XML that it was started from.
    var xml: [UInt8]?
    /// Why its XML is not understood; nil if it is.
    var notUnderstood: String?

    /// Whether its vCPUs run: what must never be true on two hosts.
    var isExecuting: Bool { ["running", "idle", "in shutdown"].contains(state.state) }
    var holdsDisks: Bool { state.activity.holdsDisks }
}

/// A machine of the model.
struct Host: Equatable, Sendable {
    var hostUUID: DomainUUID
    var bootID: DomainUUID
    var memory = MemorySize.gibibytes(16)
    var cpus = 8
    var networks = ["lan"]
    var guests: [DomainUUID: Guest] = [:]
    /// QEMU processes that libvirt does not list.
    var strays: [DomainUUID] = []
    var memo = NodeMemo()
    /// Why it does not answer.
    var silence: Silence?
    var lockHolder: LockHolder?
    var epoch = Epoch.none
    /// Whose epoch it is.
    var epochRun: RunID?
    var inFlight: [InFlight] = []
    var witnesses: [Witness] = []
    /// Its iSCSI initiator; nil for a host that is not asked for one.
    var initiator: Initiator?
}

/// The cluster as it really is.
struct World: Equatable, Sendable {
    static let begin: Timestamp = "2026-11-23T18:40:00Z"

    var milliseconds: Int64 = 0
    var hosts: [NodeName: Host] = [:]
    var store = FakeStore()

    var now: Timestamp { Self.begin + Seconds(milliseconds / 1_000) }

    /// A world of hosts with numbered identities.
    init(_ names: [NodeName], memory: MemorySize = .gibibytes(16), cpus: Int = 8) {
        for (index, name) in names.enumerated() {
            var host = Host(hostUUID: .numbered(9_000 + index), bootID: .numbered(8_000 + index))
            host.memory = memory
            host.cpus = cpus
            hosts[name] = host
        }
    }

    /// Puts a domain on a host.
    mutating func put(
        _ spec: DomainSpec, on node: NodeName, _ state: ObservedState = ObservedState("running", "booted"),
        isPersistent: Bool = false, definition: DomainDefinition? = nil
    ) {
        hosts[node]?.guests[spec.uuid] = Guest(
            name: spec.name.text, state: state, definition: definition ?? spec.definition, isPersistent: isPersistent)
    }

    /// Hosts on which its vCPUs run.
    func executing(_ uuid: DomainUUID) -> [NodeName] {
        hosts.filter { $0.value.guests[uuid]?.isExecuting == true }.keys.sorted()
    }

    /// Hosts on which it may use its disks.
    func homes(_ uuid: DomainUUID) -> [NodeName] {
        hosts.filter { $0.value.guests[uuid]?.holdsDisks == true }.keys.sorted()
    }

    /// What a host shows to a scan.
    func answer(of name: NodeName, depth: ScanDepth = .round) -> NodeScan {
        guard let host = hosts[name] else { return .silent(Silence(.unreachable, "no such host")) }
        if let silence = host.silence { return .silent(silence) }
        let underWay = host.inFlight.filter(\.isAlive).map(\.uuid)
        let domains = host.guests.map { uuid, guest in
            var domain = ObservedDomain(
                uuid: uuid, name: guest.notUnderstood == nil ? guest.name : "\(uuid)", state: guest.state,
                isPersistent: guest.isPersistent,
                isAutostarted: guest.isAutostarted, hasManagedSave: guest.hasManagedSave,
                job: guest.job ?? (underWay.contains(uuid) ? "a command of havirt" : nil),
                seen: guest.notUnderstood.map(SeenDefinition.notUnderstood) ?? .understood(guest.definition))
            if depth != .round, let xml = guest.xml {
                domain.documents = ObservedDocuments(live: String(decoding: xml, as: UTF8.self))
            }
            return domain
        }
        let processes = host.guests.filter(\.value.holdsDisks).map(\.key) + host.strays + underWay
        let iscsi = host.iscsi(name)
        var node =
            ObservedNode(
                hostUUID: host.hostUUID, bootID: host.bootID, hostName: name.text,
                uptime: Seconds(86_400 + milliseconds / 1_000), clock: now,
                versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"), memory: host.memory,
                cpus: host.cpus,
                networks: host.networks.map { ObservedNetwork(name: $0, isActive: true, isAutostarted: true) },
                domains: domains, processes: Array(Set(processes)), memo: host.memo, inFlight: host.inFlight,
                witnesses: host.witnesses, storage: iscsi?.storage)
        node.iscsi = iscsi?.seen
        return .answered(node)
    }

    /// A scan of all hosts at this instant.
    func observed(_ recalled: Recollection = Recollection()) -> ObservedCluster {
        var readings: [NodeName: Reading] = [:]
        for name in hosts.keys {
            switch answer(of: name) {
            case .answered(let node): readings[name] = .answered(node, at: now)
            case .silent(let silence): readings[name] = .silent(silence)
            }
        }
        return ObservedCluster(takenAt: now, nodes: readings, recalled: recalled)
    }
}
