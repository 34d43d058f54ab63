import StateSpec
import Testing

@testable import Reconciler

@Suite("which domains the storage lock protects")
struct LockAuditTests {
    static let lun = "/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2024-01.lab:a-lun-1"
    static let lease = [DomainLease(path: "/srv/locks", key: "web")]

    /// What `gap` says of a domain with these disks where all nodes lock alike.
    private func cause(
        _ disks: [DomainDisk], leases: [DomainLease] = [], _ lock: ObservedStorageLock?,
        others: ObservedStorageLock?? = nil, nodes: [NodeName]? = nil, storage: ObservedStorage? = nil
    ) -> LockAudit.Gap.Cause? {
        var definition = DomainDefinition(type: "kvm", memory: .gibibytes(1), vcpus: 1, disks: disks)
        definition.leases = leases
        var wish = DomainWish()
        wish.nodes = nodes
        let spec = DomainSpec(
            name: "web", uuid: 1, definition: definition, xml: [], xmlBlob: nil, wish: wish)
        var readings: [NodeName: Reading] = [:]
        for (number, name) in (["alpha", "beta"] as [NodeName]).enumerated() {
            let own = name == "alpha" ? lock : others ?? lock
            readings[name] = .answered(node(number, lock: own, storage: storage), at: World.begin)
        }
        let desired = Make.desired(
            [Make.node("alpha"), Make.node("beta")], [spec], cluster: Make.cluster { $0.sharedPaths = ["/srv"] })
        let context = PlanContext(
            PlanRequest(
                desired: desired, observed: ObservedCluster(takenAt: World.begin, nodes: readings), now: World.begin))
        return context.lock.gap(of: spec, definition)?.cause
    }

    private func node(_ number: Int, lock: ObservedStorageLock?, storage: ObservedStorage?) -> ObservedNode {
        ObservedNode(
            hostUUID: .numbered(100 + number), bootID: .numbered(200 + number), hostName: "n", uptime: Seconds(9),
            clock: World.begin, versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"),
            memory: .gibibytes(8), cpus: 4, storage: storage, storageLock: lock)
    }

    private func lockd(_ change: (inout LockdSettings) -> Void = { _ in }) -> ObservedStorageLock {
        var settings = LockdSettings()
        change(&settings)
        return ObservedStorageLock(.lockd(settings), isAlive: true)
    }

    private func sanlock(_ hostID: Int64, _ change: (inout SanlockSettings) -> Void = { _ in }) -> ObservedStorageLock {
        var settings = SanlockSettings()
        settings.hostID = hostID
        settings.autoDiskLeases = true
        settings.leaseFolder = "/srv/leases"
        change(&settings)
        return ObservedStorageLock(.sanlock(settings), isAlive: true)
    }

    private func disk(
        _ source: DomainDisk.Source, isReadOnly: Bool = false, isShareable: Bool = false
    ) -> DomainDisk {
        DomainDisk(target: "vda", source: source, isReadOnly: isReadOnly, isShareable: isShareable)
    }

    @Test func everyNodeMustLockAlike() {
        let disks = [disk(.file(path: "/srv/a.img"))]
        #expect(cause(disks, lockd()) == nil)
        #expect(cause(disks, nil) == .unknown)
        #expect(cause(disks, ObservedStorageLock(.unknown("x"), isAlive: true)) == .unknown)
        #expect(cause(disks, ObservedStorageLock(.none, isAlive: false)) == .noManager)
        #expect(cause(disks, lockd(), others: .some(nil)) == .unknown)
        #expect(cause(disks, lockd(), others: ObservedStorageLock(.none, isAlive: false)) == .noManager)
        #expect(cause(disks, lockd(), others: lockd { $0.fileLockspace = "/srv/locks" }) == .differing)
        #expect(cause(disks, lockd(), others: ObservedStorageLock(.none, isAlive: false), nodes: ["alpha"]) == nil)
        #expect(cause(disks, ObservedStorageLock(lockd().manager, isAlive: false)) == .dead)
        #expect(cause(disks, ObservedStorageLock(lockd().manager, isAlive: true, isStale: true)) == .stale)
    }

    @Test func filesNeedAPlaceThatAllNodesShare() {
        let local = [disk(.file(path: "/var/lib/a.img"))]
        #expect(cause(local, lockd()) == .localFile)
        #expect(cause([disk(.file(path: "/srv/../var/a.img"))], lockd()) == .localFile)
        #expect(cause(local, lockd { $0.fileLockspace = "/srv/locks" }) == nil)
        #expect(cause(local, lockd { $0.fileLockspace = "/var/lib/locks" }) == .localLockspace)
        #expect(cause([disk(.file(path: "/srvx/a.img"))], lockd()) == .localFile)
    }

    @Test func devicesNeedALockspace() {
        let disks = [disk(.block(path: Self.lun))]
        #expect(cause(disks, lockd()) == .device)
        #expect(cause([disk(.file(path: Self.lun))], lockd()) == .device)
        #expect(cause(disks, lockd { $0.fileLockspace = "/srv/locks" }) == nil)
        #expect(cause(disks, lockd { $0.scsiLockspace = "/srv/locks" }) == nil)
        #expect(cause(disks, lockd { $0.scsiLockspace = "/var/locks" }) == .localLockspace)
        // What is no SCSI device is locked by other rules.
        let other = [disk(.block(path: "/dev/vdb"))]
        #expect(cause(other, lockd { $0.scsiLockspace = "/srv/locks" }) == .device)
        let volume = [disk(.block(path: "/dev/vg0/a"))]
        let known = ObservedStorage(
            devices: [ObservedDevice(name: "dm-0", number: "253:0", map: "LVM-a")],
            links: ["/dev/mapper/vg0-a": "dm-0"])
        #expect(cause(volume, lockd { $0.lvmLockspace = "/srv/locks" }) == .device)
        #expect(cause(volume, lockd { $0.lvmLockspace = "/srv/locks" }, storage: known) == nil)
    }

    @Test func networkDisksNeedALease() {
        let disks = [disk(.network(protocol: "iscsi", name: "iqn.2024-01.lab:a/1", hosts: []))]
        let lock = lockd { $0.fileLockspace = "/srv/locks" }
        #expect(cause(disks, lock) == .network)
        #expect(cause(disks, leases: Self.lease, lock) == nil)
        #expect(cause(disks, leases: [DomainLease(path: "/var/locks", key: "web")], lock) == .network)
        let manual = lockd { $0.autoDiskLeases = false }
        #expect(cause(disks, manual) == .noLease)
        #expect(cause(disks, leases: Self.lease, manual) == nil)
        #expect(cause(disks, leases: [DomainLease(path: "/var/locks", key: "web")], manual) == .localLease)
        #expect(cause([disk(.volume(pool: "p", volume: "v"))], lock) == .otherKind)
    }

    @Test func whatIsOnlyReadNeedsNone() {
        #expect(cause([], lockd()) == nil)
        #expect(
            cause([disk(.file(path: "/var/a.iso"), isReadOnly: true)], ObservedStorageLock(.none, isAlive: false))
                == nil)
        let shared = disk(.file(path: "/srv/a.img"), isShareable: true)
        #expect(cause([shared], lockd()) == .onlyShareable)
        #expect(cause([shared, disk(.file(path: "/srv/b.img"))], lockd()) == nil)
    }

    @Test func sanlockNeedsNumbersAndSharedLeases() {
        let disks = [disk(.block(path: Self.lun))]
        #expect(cause(disks, sanlock(1), others: sanlock(2)) == nil)
        #expect(cause(disks, sanlock(1), others: sanlock(1)) == .hostID)
        #expect(cause(disks, sanlock(0), others: sanlock(2)) == .hostID)
        #expect(
            cause(disks, sanlock(1) { $0.leaseFolder = "/var" }, others: sanlock(2) { $0.leaseFolder = "/var" })
                == .localLockspace)
        #expect(cause(disks, sanlock(1) { $0.autoDiskLeases = false }, others: sanlock(2)) == .differing)
        let network = [disk(.network(protocol: "rbd", name: "p/a", hosts: []))]
        #expect(cause(network, sanlock(1), others: sanlock(2)) == .network)
        #expect(
            cause(network, leases: [DomainLease(path: "/dev/leases", key: "a")], sanlock(1), others: sanlock(2)) == nil)
    }

    @Test func everyCauseHasWords() {
        let all: [LockAudit.Gap.Cause] = [
            .unknown, .noManager, .stale, .dead, .differing, .hostID, .noLease, .localLease, .onlyShareable, .network,
            .otherKind, .lockLost, .device, .localFile, .localLockspace,
        ]
        #expect(Set(all.map { LockAudit.Gap($0, ["alpha"]).description }).count == all.count)
    }
}
