/// Which storage a name stands for, as far as names tell (rule S3): all spellings of one iSCSI LUN, of one WWID or of
/// one path are one key. What only a node can tell, such as the device behind a link, its scan adds.
public struct StorageKey: Hashable, Sendable {
    /// A block device, image file or volume as a whole.
    public enum Device: Hashable, Sendable {
        /// A LUN of an iSCSI target, through whichever portal or initiator.
        case lun(ISCSILUNAddress)
        /// A device by its world wide identity.
        case wwid(WWID)
        /// A path without what may differ between two spellings of it.
        case path(String)
        /// Storage that QEMU itself reaches over the network; which host serves it does not matter.
        case network(protocol: String, name: String)
        /// A volume of a libvirt storage pool.
        case volume(pool: String, volume: String)
    }

    /// The whole that it is, or is part of.
    public var device: Device
    /// The number of the partition; nil for the whole device.
    public var partition: Int?

    /// A key.
    public init(_ device: Device, partition: Int? = nil) {
        self.device = device
        self.partition = partition
    }

    /// The storage of a disk's source; nil for an empty drive and for what havirt does not know.
    public init?(_ source: DomainDisk.Source) {
        switch source {
        // A device as a file and as a block device is one device.
        case .file(let path), .block(let path): self.init(path: path)
        case .network("iscsi", let name, _):
            guard !name.isEmpty else { return nil }
            self.init(ISCSILUNAddress(libvirtName: name).map(Device.lun) ?? .network(protocol: "iscsi", name: name))
        case .network(let transport, let name, _):
            guard !name.isEmpty else { return nil }
            self.init(.network(protocol: transport, name: name))
        // A `.volume` alone would be the source again, and this initialiser.
        case .volume(let pool, let volume): self.init(Device.volume(pool: pool, volume: volume))
        case .other, .empty: return nil
        }
    }

    /// The storage that an absolute path names.
    public init(path: String) {
        let plain = AbsolutePath.isNormal(path) ? path : AbsolutePath.normalised(path) ?? path
        self = DevicePath.key(plain) ?? StorageKey(.path(plain))
    }

    /// The storage behind a map of the device mapper, by its uuid: `mpath-WWID`, `partN-mpath-WWID`, or another map,
    /// which is known by the uuid itself.
    public init(mapUUID uuid: String) {
        if let wwid = DevicePath.cut("mpath-", from: uuid.utf8[...]) {
            self.init(.wwid(WWID(String(Substring(wwid)))))
        } else if let rest = DevicePath.cut("part", from: uuid.utf8[...]),
            let end = rest.firstIndex(of: UInt8(ascii: "-")), let number = Int(plainDigits: rest[..<end]),
            let wwid = DevicePath.cut("mpath-", from: rest[end...].dropFirst())
        {
            self.init(.wwid(WWID(String(Substring(wwid)))), partition: number)
        } else {
            self.init(.wwid(WWID("dm-\(uuid)")))
        }
    }

    /// Whether writing the one changes the other: a partition is part of its device, two partitions are apart.
    public func overlaps(_ other: StorageKey) -> Bool {
        device == other.device && (partition == nil || other.partition == nil || partition == other.partition)
    }
}

/// A LUN of an iSCSI target. Its portals are left out: they are ways to it.
public struct ISCSILUNAddress: Hashable, Sendable {
    /// The target's qualified name, in lower case, for which RFC 3720 takes every spelling of it.
    public let target: String
    /// The LUN's number.
    public let number: Int

    /// A LUN.
    public init(target: String, number: Int) {
        self.target = target.lowercased()
        self.number = number
    }

    /// `IQN/N` of a libvirt network disk; without a number QEMU takes LUN 0. Nil if it is neither.
    init?(libvirtName name: String) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let target = parts.first, !target.isEmpty, parts.count <= 2 else { return nil }
        guard let number = parts.count == 1 ? 0 : Int(plainDigits: parts[1]) else { return nil }
        self.init(target: String(Substring(target)), number: number)
    }
}

/// The WWIDs that git pins: with them a LUN by its target's name is the same key as its device by its WWID.
public struct StoragePins: Sendable {
    private let wwids: [ISCSILUNAddress: WWID]

    /// The pins of all portals; of two for one LUN the first counts.
    public init(_ portals: [ISCSISpec]) {
        var wwids: [ISCSILUNAddress: WWID] = [:]
        for target in portals.flatMap(\.targets) {
            for lun in target.luns {
                guard let wwid = lun.wwid.map(WWID.init) else { continue }
                let address = ISCSILUNAddress(target: target.name.text, number: lun.lun)
                if wwids[address] == nil { wwids[address] = wwid }
            }
        }
        self.wwids = wwids
    }

    /// The key by WWID of a LUN that is pinned; any other key as it is.
    public func resolve(_ key: StorageKey) -> StorageKey {
        guard !wwids.isEmpty, case .lun(let address) = key.device, let wwid = wwids[address] else { return key }
        return StorageKey(.wwid(wwid), partition: key.partition)
    }

    /// Every pinned LUN.
    var all: [(lun: StorageKey, wwid: StorageKey)] {
        wwids.map { (StorageKey(.lun($0.key)), StorageKey(.wwid($0.value))) }
    }
}

extension Int {
    /// Digits only, at most nine of them: neither sign nor blank.
    init?(plainDigits text: some Collection<UInt8>) {
        guard !text.isEmpty, text.count <= 9, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self = text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
