extension XMLPolicy {
    /// The keys of `xmlPolicy` in `havirt.conf`.
    public static let keys = [
        "domainTypes", "emulators", "firmware", "boot", "leases", "disks", "networks", "listen", "allow",
    ]
    /// The kinds of domains that havirt starts.
    public static let knownDomainTypes = ["kvm", "qemu"]
    /// The formats of images that libvirt knows.
    public static let knownFormats = [
        "raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vhd", "vpc", "luks", "iso", "fat", "dir", "cow", "bochs",
        "cloop", "dmg", "ploop",
    ]
    /// The protocols of network disks that libvirt knows.
    public static let knownProtocols = [
        "iscsi", "nbd", "rbd", "gluster", "http", "https", "ftp", "ftps", "tftp", "nfs", "ssh", "sheepdog", "vxhs",
    ]
    /// The keys of `disks` in it.
    public static let diskKeys = ["roots", "devices", "pools", "targets", "protocols", "formats"]

    /// `xmlPolicy:` as `havirt.conf` takes it, with every key that says something else than its default.
    public func text() throws(YAMLWriter.Failure) -> String {
        let plain = XMLPolicy()
        var fields: [YAMLField] = []
        func add(_ key: String, _ items: Set<String>, _ usual: Set<String>, to fields: inout [YAMLField]) {
            guard items != usual else { return }
            let sorted = items.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            fields.append(YAMLField(key, .sequence(sorted.map(YAMLValue.string))))
        }
        add("domainTypes", domainTypes, plain.domainTypes, to: &fields)
        add("emulators", emulators, plain.emulators, to: &fields)
        add("firmware", firmware, plain.firmware, to: &fields)
        add("boot", boot, plain.boot, to: &fields)
        add("leases", leases, plain.leases, to: &fields)
        var inDisks: [YAMLField] = []
        add("roots", disks.roots, plain.disks.roots, to: &inDisks)
        add("devices", disks.devices, plain.disks.devices, to: &inDisks)
        add("pools", disks.pools, plain.disks.pools, to: &inDisks)
        add("targets", disks.targets.union(disks.hasTargetsOfGit ? ["git"] : []), [], to: &inDisks)
        add("protocols", disks.protocols, plain.disks.protocols, to: &inDisks)
        add("formats", disks.formats, plain.disks.formats, to: &inDisks)
        if !inDisks.isEmpty { fields.append(YAMLField("disks", .mapping(inDisks))) }
        add("networks", networks, plain.networks, to: &fields)
        add("listen", listen, plain.listen, to: &fields)
        add("allow", Set(allow.map(\.rawValue)), [], to: &fields)
        let bytes = try YAMLWriter.write(.mapping([YAMLField("xmlPolicy", .mapping(fields))]))
        return String(decoding: bytes, as: UTF8.self)
    }
}
