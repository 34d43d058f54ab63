/// What a domain's XML says, as far as havirt decides by it. The same type for git's XML and for a node's `dumpxml`.
public struct DomainDefinition: Hashable, Codable, Sendable {
    /// The hypervisor kind: `kvm`, `qemu`.
    public var type: String
    /// The most memory it may use.
    public var memory: MemorySize
    /// The most vCPUs it may use.
    public var vcpus: Int
    /// The machine type, such as `pc-q35-7.2`.
    public var machine: String?
    /// The CPU it shows to the guest.
    public var cpu: DomainCPU?
    /// Its disks, in the order of the XML.
    public var disks: [DomainDisk]
    /// Its network interfaces, in the order of the XML.
    public var interfaces: [DomainInterface]
    /// Its displays.
    public var graphics: [DomainGraphics]
    /// Devices of the host that it holds; each of them blocks a live migration.
    public var hostDevices: Int
    /// The commit and digest that havirt wrote into the metadata of what it started.
    public var mark: DomainMark?
    // Nil for none, so that a saved scan without any does not mention them.
    private var leasesHeld: [DomainLease]?

    /// What a lock manager locks for it besides its disks.
    public var leases: [DomainLease] {
        get { leasesHeld ?? [] }
        set { leasesHeld = newValue.isEmpty ? nil : newValue }
    }

    private enum CodingKeys: String, CodingKey {
        case type, memory, vcpus, machine, cpu, disks, interfaces, graphics, hostDevices, mark
        case leasesHeld = "leases"
    }

    /// A definition.
    public init(
        type: String, memory: MemorySize, vcpus: Int, machine: String? = nil, cpu: DomainCPU? = nil,
        disks: [DomainDisk] = [], interfaces: [DomainInterface] = [], graphics: [DomainGraphics] = [],
        hostDevices: Int = 0, mark: DomainMark? = nil, leases: [DomainLease] = []
    ) {
        self.type = type
        self.memory = memory
        self.vcpus = vcpus
        self.machine = machine
        self.cpu = cpu
        self.disks = disks
        self.interfaces = interfaces
        self.graphics = graphics
        self.hostDevices = hostDevices
        self.mark = mark
        leasesHeld = leases.isEmpty ? nil : leases
    }
}

/// A `<lease>` element: something that libvirt's lock manager locks for as long as the domain runs.
public struct DomainLease: Hashable, Codable, Sendable {
    /// Where the lock is: a folder of lock files to virtlockd, a file or device with leases to sanlock.
    public var path: String
    /// Its name there.
    public var key: String

    /// A lease.
    public init(path: String, key: String) {
        self.path = path
        self.key = key
    }
}

/// The `<cpu>` element.
public struct DomainCPU: Hashable, Codable, Sendable {
    /// `custom`, `host-model`, `host-passthrough`, `maximum`.
    public var mode: String
    /// The model, of mode `custom`; libvirt shows a running domain's `host-model` as what it came to.
    public var model: String?
    /// The vendor whose CPU it must be, where the XML demands one.
    public var vendor: String?
    // Nil for none, so that a saved scan without any does not mention them.
    private var featuresRequired: [String]?

    /// Features beyond the model without which it cannot run, by name.
    public var required: [String] {
        get { featuresRequired ?? [] }
        set { featuresRequired = newValue.isEmpty ? nil : newValue.sorted() }
    }

    private enum CodingKeys: String, CodingKey {
        case mode, model, vendor
        case featuresRequired = "required"
    }

    /// A CPU.
    public init(mode: String, model: String? = nil, vendor: String? = nil, required: [String] = []) {
        self.mode = mode
        self.model = model
        self.vendor = vendor
        self.required = required
    }
}

/// A `<disk>` element.
public struct DomainDisk: Hashable, Codable, Sendable {
    /// Where the bytes are.
    public enum Source: Hashable, Codable, Sendable {
        /// A file on the node.
        case file(path: String)
        /// A block device on the node.
        case block(path: String)
        /// A network protocol, such as iSCSI: `name` is `iqn…/lun`.
        case network(protocol: String, name: String, hosts: [String])
        /// A volume of a storage pool.
        case volume(pool: String, volume: String)
        /// A kind havirt does not know.
        case other(type: String)
        /// An empty drive.
        case empty

        /// The path on the node; nil where it is none.
        public var path: String? {
            switch self {
            case .file(let path), .block(let path): path
            case .network, .volume, .other, .empty: nil
            }
        }
    }

    /// The name that the guest sees: `vda`.
    public var target: String
    /// `disk`, `cdrom`, `floppy` or `lun`.
    public var device: String
    /// Where the bytes are.
    public var source: Source
    /// Whether the guest may only read.
    public var isReadOnly: Bool
    /// Whether other domains may write it too.
    public var isShareable: Bool
    /// The line of the element, where known.
    public var line: Int?
    /// What the image stands on, nearest first, as far as the XML says. It is only read.
    public var backing: [Source]

    /// A disk.
    public init(
        target: String, device: String = "disk", source: Source, isReadOnly: Bool = false, isShareable: Bool = false,
        line: Int? = nil, backing: [Source] = []
    ) {
        self.target = target
        self.device = device
        self.source = source
        self.isReadOnly = isReadOnly
        self.isShareable = isShareable
        self.line = line
        self.backing = backing
    }
}

/// An `<interface>` element.
public enum DomainInterface: Hashable, Codable, Sendable {
    /// A libvirt network.
    case network(String)
    /// A bridge of the node.
    case bridge(String)
    /// Anything else, by its type.
    case other(type: String)
}

/// A `<graphics>` element.
public struct DomainGraphics: Hashable, Codable, Sendable {
    /// `vnc`, `spice`…
    public var type: String
    /// The port; nil when libvirt chooses it and has not yet.
    public var port: Int?

    /// A display.
    public init(type: String, port: Int? = nil) {
        self.type = type
        self.port = port
    }
}

/// What havirt writes into `<metadata>` of a domain it starts.
public struct DomainMark: Hashable, Codable, Sendable {
    /// The namespace of the element.
    public static let namespace = "https://havirt.dev/xmlns/domain/1"
    /// The commit whose XML was started.
    public var commit: ObjectID
    /// The digest of that XML: the id of its blob.
    public var xml: ObjectID

    /// A mark.
    public init(commit: ObjectID, xml: ObjectID) {
        self.commit = commit
        self.xml = xml
    }
}
