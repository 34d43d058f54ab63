public import Reconciler

/// What a simulated node says of itself, besides what runs on it.
public struct NodeFacts: Sendable {
    /// Its own host name.
    public var hostName: String
    /// libvirt's and the hypervisor's versions.
    public var versions = HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22")
    /// The host CPU's model.
    public var cpuModel: String? = "EPYC-Rome"
    /// What the host CPU is besides its model; nil where libvirt says nothing of it.
    public var cpu: ObservedCPU? = ObservedCPU(vendor: "AMD", features: ["ht", "topoext", "x2apic"])
    /// libvirt networks.
    public var networks = [ObservedNetwork(name: "lan", isActive: true, isAutostarted: true)]
    /// Bridges, by name.
    public var bridges: [String] = []
    /// Its block devices as they were observed; nil for those of the simulated store.
    public var storage: ObservedStorage?
    /// Who logs in to where by ssh; nil where the scan does not look.
    public var access: ObservedAccess?
    /// How many network devices besides those of guests each bridge has.
    public var uplinks: [String: Int]?
    /// How its libvirt locks storage; nil where the scan does not look.
    public var storageLock: ObservedStorageLock?

    /// A node like all others.
    init(hostName: String) { self.hostName = hostName }
}
