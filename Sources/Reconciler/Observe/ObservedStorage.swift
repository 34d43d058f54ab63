public import StateSpec

/// What a node's kernel says about storage: which device is behind which name, and which QEMU writes what. libvirt is
/// not asked, so that a QEMU that it does not know is seen, too.
public struct ObservedStorage: Equatable, Codable, Sendable {
    /// Block devices, by kernel name.
    public let devices: [ObservedDevice]
    /// The kernel name of the device behind each link of `/dev/disk` and `/dev/mapper`.
    public let links: [String: String]
    /// QEMU processes with what they hold open for writing, by pid.
    public let writers: [StorageWriter]

    /// A sighting.
    public init(devices: [ObservedDevice] = [], links: [String: String] = [:], writers: [StorageWriter] = []) {
        self.devices = devices.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.links = links
        self.writers = writers.sorted { $0.pid < $1.pid }
    }

    /// Whether there is nothing to compare.
    public var isEmpty: Bool { links.isEmpty && writers.isEmpty && devices.allSatisfy { $0.identity == nil } }
}

/// A block device of a node.
public struct ObservedDevice: Equatable, Codable, Sendable {
    /// The kernel's name: `sda1`.
    public let name: String
    /// Major and minor number: `8:1`.
    public let number: String
    /// What sysfs has as its WWID: `naa.6001…`; never of a partition.
    public let wwid: String?
    /// What the device mapper has as its uuid: `mpath-36001…`, `LVM-…`.
    public let map: String?
    /// The number of a partition; its disk is the one of `parents`.
    public let partition: Int?
    /// The disk that a partition is part of, the devices that a map stands on; nil for none.
    public let parents: [String]?

    /// A device.
    public init(
        name: String, number: String, wwid: String? = nil, map: String? = nil, partition: Int? = nil,
        parents: [String] = []
    ) {
        self.name = name
        self.number = number
        self.wwid = wwid
        self.map = map
        self.partition = partition
        self.parents = parents.isEmpty ? nil : parents.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Which storage it is, on whatever node; nil if it does not say.
    public var identity: StorageKey? {
        map.map(StorageKey.init(mapUUID:)) ?? wwid.map { StorageKey(.wwid(WWID($0)), partition: nil) }
    }
}

/// A QEMU process with what it holds open for writing.
public struct StorageWriter: Equatable, Codable, Sendable {
    /// The process on its node.
    public let pid: Int64
    /// The uuid on its command line; nil if it has none, or more than one.
    public let uuid: DomainUUID?
    /// Block devices, by kernel name.
    public let devices: [String]
    /// Regular files, by the path under which the kernel knows them.
    public let files: [String]

    /// A process.
    public init(pid: Int64, uuid: DomainUUID?, devices: [String] = [], files: [String] = []) {
        self.pid = pid
        self.uuid = uuid
        self.devices = devices.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
