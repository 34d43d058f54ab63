import StateSpec

@testable import Reconciler

/// Nodes with domains that nobody has written down yet.
struct RunningCluster {
    static let now: Timestamp = "2026-11-23T18:40:00Z"
    static let disk =
        "<disk type='block' device='disk'><source dev='/dev/disk/by-id/wwn-0x50000000000000NN'/>"
        + "<target dev='vda' bus='virtio'/></disk>"

    private(set) var names: [NodeName]
    private var domains: [NodeName: [ObservedDomain]] = [:]
    /// Networks of each node beyond `lan`.
    var networks: [NodeName: [String]] = [:]
    /// Nodes that have no `lan`.
    var withoutLAN: Set<NodeName> = []
    var bridges: [NodeName: [String]] = [:]
    var silent: [NodeName: Silence] = [:]
    /// QEMU processes that libvirt does not list.
    var strays: [NodeName: [DomainUUID]] = [:]
    /// Links of /dev/disk, with the device behind each.
    var links: [NodeName: [String: String]] = [:]
    var iscsi: [NodeName: Seen<ObservedISCSI>] = [:]
    /// Under which host's uuid a node answers, where that is not its own.
    var hosts: [NodeName: DomainUUID] = [:]

    init(_ names: NodeName...) { self.names = names }

    /// The XML of a domain with a network card on `lan`.
    static func xml(_ name: String, _ number: Int, devices: String? = nil, extra: String = "") -> String {
        let tail = number < 10 ? "0\(number)" : "\(number)"
        return """
            <domain type='kvm'>
              <name>\(name)</name>
              <uuid>\(DomainUUID.numbered(number))</uuid>
              <memory unit='GiB'>1</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>
              <devices>
                \(devices ?? disk.replacing("NN", with: tail))
                <interface type='network'><source network='lan'/></interface>
                \(extra)
              </devices>
            </domain>

            """
    }

    /// Puts a domain on a node.
    ///
    /// - Parameter isPersistent: whether the node keeps a definition of it; what is off is always defined.
    mutating func put(
        _ name: String, _ number: Int, on node: NodeName, _ state: String = "running", _ reason: String = "booted",
        isPersistent: Bool = false, devices: String? = nil, extra: String = ""
    ) {
        let text = Self.xml(name, number, devices: devices, extra: extra)
        let state = ObservedState(state, reason)
        let isOff = !state.activity.holdsDisks
        var seen = SeenDefinition.notUnderstood("it is not XML")
        if let parsed = try? DomainXMLParser.parse(Array(text.utf8), origin: .node) {
            seen = .understood(parsed.definition)
        }
        var domain = ObservedDomain(
            uuid: .numbered(number), name: name, state: state, isPersistent: isPersistent || isOff, seen: seen)
        domain.documents = ObservedDocuments(
            live: isOff ? nil : text, persistent: isOff || isPersistent ? text : nil)
        domains[node, default: []].append(domain)
    }

    /// Changes the last domain that was put on a node.
    mutating func change(on node: NodeName, _ body: (ObservedDomain) -> ObservedDomain) {
        guard let last = domains[node]?.popLast() else { return }
        domains[node]?.append(body(last))
    }

    var specs: [NodeSpec] { names.map { NodeSpec(name: $0) } }

    var observed: ObservedCluster {
        var readings: [NodeName: Reading] = [:]
        for (index, name) in names.enumerated() {
            if let silence = silent[name] {
                readings[name] = .silent(silence)
                continue
            }
            let here = domains[name] ?? []
            let networks = (withoutLAN.contains(name) ? [] : ["lan"]) + (networks[name] ?? [])
            let devices = (links[name] ?? [:]).map { ObservedDevice(name: $0.value, number: "8:0") }
            var node = ObservedNode(
                hostUUID: hosts[name] ?? .numbered(9_000 + index), bootID: .numbered(8_000 + index),
                hostName: name.text, uptime: Seconds(86_400), clock: Self.now,
                versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"), memory: .gibibytes(64),
                cpus: 16, networks: networks.map { ObservedNetwork(name: $0, isActive: true, isAutostarted: true) },
                bridges: bridges[name] ?? [], domains: here,
                processes: here.filter(\.activity.holdsDisks).map(\.uuid) + (strays[name] ?? []),
                storage: links[name].map { ObservedStorage(devices: devices, links: $0) })
            node.iscsi = iscsi[name]
            readings[name] = .answered(node, at: Self.now)
        }
        return ObservedCluster(takenAt: Self.now, nodes: readings)
    }

    /// Adopts all nodes into a repository with these files.
    func adopt(
        named: [NodeSpec]? = nil, over files: [Adoption.File] = [], shared: [String] = []
    ) throws -> Adoption {
        let tree = SpecTree(files: files.map { SpecFile(path: $0.path, bytes: $0.bytes) })
        let base = AdoptionBase(tree: tree, name: "shop", sharedPaths: shared)
        return try Adoption.make(AdoptionRequest(base: base, named: named ?? specs, observed: observed))
    }

    /// What the first plan would be once the files are committed.
    func plan(_ files: [Adoption.File]) throws -> Plan {
        var loader = SpecLoader()
        let load = loader.load(SpecTree(files: files.map { SpecFile(path: $0.path, bytes: $0.bytes) }))
        guard let desired = load.state else { throw AdoptionRefusal("it cannot be used: \(load.findings)") }
        return Plan.make(PlanRequest(desired: desired, observed: observed, now: Self.now))
    }
}

extension Adoption {
    func text(_ path: String) -> String? {
        files.first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// "code: subject", in order.
    var codes: [String] { findings.map { "\($0.code): \($0.subject)" } }
}
