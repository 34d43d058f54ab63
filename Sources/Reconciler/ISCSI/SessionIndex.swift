import StateSpec

/// Which LUN is behind which disk, and what each node's sessions show of it.
struct SessionIndex {
    /// A target of git with the file that has it.
    struct Wished {
        let spec: ISCSISpec
        let target: ISCSITarget
    }

    /// The disk of a LUN on a node.
    struct Sight {
        let node: Int
        let device: ISCSIDevice
    }

    /// Git's targets; of two files with one target the first counts, and lint refuses the second.
    let wished: [ISCSITargetName: Wished]
    /// Git's targets, in order.
    let targets: [ISCSITargetName]
    /// Every target that an applied commit named, or this one does (rule S7).
    let named: Set<ISCSITargetName>
    /// What the nodes show that can tell.
    let nodes: [Int: ObservedISCSI]
    /// Why the other nodes that were asked cannot tell.
    let unknown: [Int: String]

    private let storage: StorageIndex
    private let pins: [ISCSILUNAddress: WWID]
    private let lunsByWWID: [WWID: [ISCSILUNAddress]]
    private let sights: [ISCSILUNAddress: [Sight]]
    private let devices: [Int: [String: ISCSIDevice]]
    /// Of those, the ones that came with a target of git.
    private let devicesOfGit: [Int: Set<String>]

    init(_ roster: Roster, _ desired: DesiredState, previous: DesiredState?, _ storage: StorageIndex) {
        self.storage = storage
        var wished: [ISCSITargetName: Wished] = [:]
        var pins: [ISCSILUNAddress: WWID] = [:]
        var byWWID: [WWID: [ISCSILUNAddress]] = [:]
        func note(_ lun: ISCSILUNAddress, _ wwid: WWID) {
            if byWWID[wwid]?.contains(lun) != true { byWWID[wwid, default: []].append(lun) }
        }
        for spec in desired.iscsi {
            for target in spec.targets where wished[target.name] == nil {
                wished[target.name] = Wished(spec: spec, target: target)
                for lun in target.luns {
                    guard let wwid = lun.wwid.map(WWID.init) else { continue }
                    let address = ISCSILUNAddress(target: target.name.text, number: lun.lun)
                    pins[address] = wwid
                    note(address, wwid)
                }
            }
        }
        var named = Set(wished.keys).union(previous?.iscsi.flatMap(\.targets).map(\.name) ?? [])
        var nodes: [Int: ObservedISCSI] = [:]
        var unknown: [Int: String] = [:]
        var sights: [ISCSILUNAddress: [Sight]] = [:]
        var devices: [Int: [String: ISCSIDevice]] = [:]
        var devicesOfGit: [Int: Set<String>] = [:]
        for (index, entry) in roster.entries.enumerated() {
            guard let node = entry.node else { continue }
            named.formUnion(node.memo.targets)
            switch node.iscsi {
            case nil: continue
            case .unknown(let why)?: unknown[index] = why
            case .known(let seen)?:
                nodes[index] = seen
                for session in seen.sessions {
                    for device in session.devices {
                        devices[index, default: [:]][device.name] = device
                        if wished[session.target] != nil { devicesOfGit[index, default: []].insert(device.name) }
                        // A LUN that is gone has whatever identity its target gives to what it does not have.
                        guard device.bytes > 0 else { continue }
                        let address = ISCSILUNAddress(target: session.target.text, number: device.lun)
                        sights[address, default: []].append(Sight(node: index, device: device))
                        if let wwid = device.wwid { note(address, wwid) }
                    }
                }
            }
        }
        self.wished = wished
        targets = wished.keys.sorted()
        self.named = named
        self.nodes = nodes
        self.unknown = unknown
        self.pins = pins
        lunsByWWID = byWWID
        self.sights = sights
        self.devices = devices
        self.devicesOfGit = devicesOfGit
    }

    /// The LUNs behind a name, as names and pins tell, and as these nodes resolve it. What QEMU reaches by itself needs
    /// no session, and is none.
    func luns(of source: DomainDisk.Source, on indices: [Int]) -> [ISCSILUNAddress] {
        if case .network = source { return [] }
        guard let key = StorageKey(source) else { return [] }
        let direct = luns(of: key.device)
        if !direct.isEmpty { return direct }
        guard let identity = storage.identity(of: source, on: indices) else { return [] }
        var found: [ISCSILUNAddress] = []
        for case .key(let key) in identity.own + identity.under {
            found += luns(of: key.device).filter { !found.contains($0) }
        }
        return found
    }

    private func luns(of device: StorageKey.Device) -> [ISCSILUNAddress] {
        switch device {
        case .lun(let lun): [lun]
        case .wwid(let wwid): lunsByWWID[wwid] ?? []
        case .path, .network, .volume: []
        }
    }

    /// All LUNs that a definition has as disks or below them.
    func luns(of definition: DomainDefinition, on indices: [Int]) -> Set<ISCSILUNAddress> {
        Set(definition.disks.flatMap { [$0.source] + $0.backing }.flatMap { luns(of: $0, on: indices) })
    }

    /// Git's name of a LUN's target; nil where git does not have it.
    func target(of lun: ISCSILUNAddress) -> ISCSITargetName? {
        ISCSITargetName(lun.target).flatMap { wished[$0] == nil ? nil : $0 }
    }

    /// The disks of sessions that stand behind a name on a node, through maps too.
    func devices(of source: DomainDisk.Source, on index: Int) -> [ISCSIDevice] {
        let known = devices[index] ?? [:]
        return known.isEmpty ? [] : storage.bases(of: source, on: index).compactMap { known[$0] }
    }

    /// A disk behind a name of a LUN that git pins, on a node, which came with no session of a target of git: whatever
    /// its identity, it is not the LUN.
    func stranger(behind source: DomainDisk.Source, on index: Int) -> String? {
        guard case .wwid(let wwid)? = StorageKey(source)?.device, pins.values.contains(wwid), nodes[index] != nil else {
            return nil
        }
        return storage.disks(of: source, on: index).first { devicesOfGit[index]?.contains($0) != true }
    }

    /// What the identity of a name has to be, by git's pin or by the name itself; nil where neither says.
    func pin(of source: DomainDisk.Source) -> WWID? {
        switch StorageKey(source)?.device {
        case .lun(let lun)?: pins[lun]
        case .wwid(let wwid)?: lunsByWWID[wwid] == nil ? nil : wwid
        case .path?, .network?, .volume?, nil: nil
        }
    }

    /// What the nodes show of a LUN that is there.
    func sights(of lun: ISCSILUNAddress) -> [Sight] { sights[lun] ?? [] }
}
