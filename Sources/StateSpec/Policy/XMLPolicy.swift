/// What the domain XML of a commit may ask of a node: `xmlPolicy` in `havirt.conf`.
///
/// Whatever is not known to be harmless is refused unless it stands here. It is judged by names only: what is behind a
/// name on a node, such as a symbolic link, a volume of a pool or the file that an image names, it cannot see.
public struct XMLPolicy: Hashable, Sendable {
    /// Kinds of domains: `kvm`.
    public var domainTypes: Set<String> = ["kvm", "qemu"]
    /// The binaries that may run guests; a `*` at the end stands for the rest of a file's name.
    public var emulators: Set<String> = ["/usr/bin/kvm", "/usr/bin/qemu-system-*", "/usr/libexec/qemu-kvm"]
    /// Folders, or files, with firmware that guests read.
    public var firmware: Set<String> = ["/usr/share"]
    /// Folders, or files, with kernels, initial RAM disks and ACPI tables.
    public var boot: Set<String> = []
    /// Folders, or devices, with the leases of lock managers.
    public var leases: Set<String> = []
    /// What disks may be.
    public var disks = Disks()
    /// libvirt networks and bridges by name.
    public var networks: Set<String> = []
    /// Addresses at which displays may be served.
    public var listen: Set<String> = ["127.0.0.1", "::1", "localhost"]
    /// What else may be used of a node.
    public var allow: Set<PolicyException> = []

    /// What disks may be.
    public struct Disks: Hashable, Sendable {
        /// Folders, or files, of images.
        public var roots: Set<String> = []
        /// Block devices, or folders of them.
        public var devices: Set<String> = []
        /// Storage pools.
        public var pools: Set<String> = []
        /// Names of iSCSI targets, by whichever path their LUNs are reached.
        public var targets: Set<String> = []
        /// Whether every target will do that the commit names in `iscsi/`.
        public var hasTargetsOfGit = false
        /// Protocols besides iSCSI of disks that QEMU reaches over the network.
        public var protocols: Set<String> = []
        /// Formats of images. All but raw ones may name other files of the node inside.
        public var formats: Set<String> = ["raw"]

        /// The defaults.
        public init() {}
    }

    /// The defaults.
    public init() {}

    /// One that permits nothing at all.
    static var nothing: XMLPolicy {
        var policy = XMLPolicy()
        policy.domainTypes = []
        policy.emulators = []
        policy.firmware = []
        policy.listen = []
        policy.disks.formats = []
        return policy
    }

    /// What the XML asks for and may not, in its order; at most `PolicyWalk.breachesMax` of them, and how many more.
    public func breaches(of xml: [UInt8]) -> [PolicyBreach] {
        let document: DomainDocument
        do throws(XMLProblem) {
            document = try DomainDocument(xml)
        } catch {
            // Two readers that disagree are themselves a reason to refuse.
            return [PolicyBreach(.unknown, "the XML cannot be judged: \(error.message)", at: error.mark)]
        }
        var walk = PolicyWalk(policy: self)
        return walk.judge(document, xml)
    }

    /// Whether a text is an absolute path in its normal spelling, and not the root.
    public static func isPath(_ text: String) -> Bool { AbsolutePath.isNormal(text) && text != "/" }

    /// Codes of findings that are this policy's to decide, and that it decides in favour of the commit.
    var settledCodes: Set<String> {
        var codes: Set<String> = ["emulator-path"]
        if allow.contains(.qemuNamespace) { codes.insert("qemu-passthrough") }
        if allow.contains(.seclabel) { codes.insert("seclabel-none") }
        return codes
    }
}

/// Paths of a policy.
enum PolicyPaths {
    /// Whether a path in its normal spelling is one of these, or below one.
    static func contain(_ path: String, _ paths: Set<String>) -> Bool {
        guard AbsolutePath.isNormal(path) else { return false }
        if paths.contains(path) { return true }
        return paths.contains { $0 == "/" || path.utf8.starts(with: "\($0)/".utf8) }
    }

    /// Whether a path is one of these, where a `*` at the end stands for the rest of a file's name.
    static func match(_ path: String, _ patterns: Set<String>) -> Bool {
        guard AbsolutePath.isNormal(path) else { return false }
        return patterns.contains { pattern in
            guard pattern.utf8.last == UInt8(ascii: "*") else { return pattern == path }
            let stem = pattern.utf8.dropLast()
            return path.utf8.starts(with: stem) && !path.utf8.dropFirst(stem.count).contains(0x2F)
        }
    }
}
