import StateSpec

/// Which storage is behind a name, by name alone and as the nodes that answered resolve it.
struct StorageIndex {
    /// Something by which two uses of storage can be the same.
    enum Token: Hashable {
        /// The same on every node, or at least the same name.
        case key(StorageKey)
        /// A device that says of itself only which node's it is.
        case device(node: Int, name: String)
    }

    /// One storage with all that is known of it.
    struct Identity {
        /// What it is.
        private(set) var own: [Token] = []
        /// What it is a part of, or stands on: whoever writes that writes it.
        private(set) var under: [Token] = []
        private var known: Set<Token> = []

        fileprivate mutating func add(_ token: Token, isOwn: Bool = true) {
            guard known.insert(token).inserted else { return }
            if isOwn { own.append(token) } else { under.append(token) }
        }
    }

    private struct NodeStorage {
        var devices: [String: ObservedDevice] = [:]
        /// Kernel names by key; several for a LUN with several sessions.
        var names: [StorageKey: [String]] = [:]
    }

    private let pins: StoragePins
    private let nodes: [Int: NodeStorage]
    /// What any node knows of a LUN, which is the same LUN on all of them.
    private let wwids: [ISCSILUNAddress: [StorageKey]]
    /// Nodes that resolve names.
    let places: [Int]

    init(_ roster: Roster, _ pins: StoragePins) {
        self.pins = pins
        var nodes: [Int: NodeStorage] = [:]
        var wwids: [ISCSILUNAddress: [StorageKey]] = [:]
        func note(_ identity: StorageKey, of lun: ISCSILUNAddress) {
            if wwids[lun]?.contains(identity) != true { wwids[lun, default: []].append(identity) }
        }
        for (index, entry) in roster.entries.enumerated() {
            for session in entry.node?.iscsi?.value?.sessions ?? [] {
                // A LUN that is gone has whatever identity its target gives to what it does not have.
                for device in session.devices where device.bytes > 0 {
                    guard let wwid = device.wwid else { continue }
                    note(StorageKey(.wwid(wwid)), of: ISCSILUNAddress(target: session.target.text, number: device.lun))
                }
            }
            guard let storage = entry.node?.storage else { continue }
            var known = NodeStorage()
            for device in storage.devices {
                known.devices[device.name] = device
                known.names[StorageKey(path: "/dev/\(device.name)"), default: []].append(device.name)
            }
            for (link, name) in storage.links.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                let key = StorageKey(path: link)
                if known.names[key]?.contains(name) != true { known.names[key, default: []].append(name) }
                guard case .lun(let lun) = key.device, key.partition == nil,
                    let identity = known.devices[name]?.identity
                else { continue }
                note(identity, of: lun)
            }
            nodes[index] = known
        }
        self.nodes = nodes
        self.wwids = wwids
        places = nodes.keys.sorted()
    }

    /// A source's storage as these nodes have it; nil for what is no storage.
    func identity(of source: DomainDisk.Source, on indices: some Sequence<Int>) -> Identity? {
        guard let key = StorageKey(source) else { return nil }
        var identity = Identity()
        add(key, to: &identity)
        for index in indices {
            for name in names(of: key, on: index) { add(name, on: index, to: &identity) }
        }
        return identity
    }

    /// A device that a process has open.
    func identity(ofDevice name: String, on index: Int) -> Identity {
        var identity = Identity()
        add(name, on: index, to: &identity)
        return identity
    }

    /// The devices behind a source on a node.
    func devices(of source: DomainDisk.Source, on index: Int) -> [String] {
        StorageKey(source).map { names(of: $0, on: index) } ?? []
    }

    /// The devices behind a source on a node, and all that those stand on.
    func bases(of source: DomainDisk.Source, on index: Int) -> [String] {
        var pending = devices(of: source, on: index)
        var seen: [String] = []
        while let name = pending.popLast() {
            guard !seen.contains(name) else { continue }
            seen.append(name)
            pending += nodes[index]?.devices[name]?.parents ?? []
        }
        return seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Of those, the ones that stand on nothing else.
    func disks(of source: DomainDisk.Source, on index: Int) -> [String] {
        bases(of: source, on: index).filter { nodes[index]?.devices[$0]?.parents?.isEmpty ?? true }
    }

    private func names(of key: StorageKey, on index: Int) -> [String] { nodes[index]?.names[key] ?? [] }

    private func add(_ key: StorageKey, to identity: inout Identity) {
        var keys = [key, pins.resolve(key)]
        if case .lun(let lun) = key.device {
            keys += (wwids[lun] ?? []).map { StorageKey($0.device, partition: key.partition) }
        }
        for key in keys {
            identity.add(.key(key))
            if key.partition != nil { identity.add(.key(StorageKey(key.device)), isOwn: false) }
        }
    }

    /// A device, the disk that it is part of, and whatever both stand on. A node may say that a device stands on itself.
    private func add(_ name: String, on index: Int, to identity: inout Identity) {
        identity.add(token(name, on: index))
        var pending = nodes[index]?.devices[name]?.parents ?? []
        var seen: Set<String> = [name]
        while let parent = pending.popLast() {
            guard seen.insert(parent).inserted else { continue }
            identity.add(token(parent, on: index), isOwn: false)
            pending += nodes[index]?.devices[parent]?.parents ?? []
        }
    }

    private func token(_ name: String, on index: Int) -> Token {
        guard let device = nodes[index]?.devices[name] else { return .device(node: index, name: name) }
        if let key = device.identity { return .key(key) }
        if let partition = device.partition, let disk = device.parents?.first,
            let whole = nodes[index]?.devices[disk]?.identity
        {
            return .key(StorageKey(whole.device, partition: partition))
        }
        return .device(node: index, name: name)
    }
}
