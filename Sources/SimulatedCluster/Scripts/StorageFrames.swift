internal import Reconciler
public import StateSpec

/// What a node shows of its block devices and of what QEMUs hold open: LUNs of one store that every node has, each under
/// two names.
struct StorageFrames {
    let node: SimulatedNode

    /// One LUN as the kernel has it.
    private struct Device {
        let lun: Int
        let prefix: String

        var name: String { "sd\(Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(lun % 26))))" }
        var minor: Int { lun * 16 }
        var wwid: String { SimulatedStore.wwid(lun) }
        var stat: String { "61b0 8:\(String(minor, radix: 16))" }
    }

    /// Everything between the processes and the bridges.
    func print(_ output: inout ScriptOutput) {
        output.frame("processes", processes)
        if let storage = node.facts.storage {
            return ObservedStorageFrames(node: node, storage: storage).print(&output)
        }
        let devices = luns.map { Device(lun: $0, prefix: SimulatedStore.byPath) }
        output.frame(
            "devices",
            devices.map {
                "/sys/block/\($0.name)/dev:8:\($0.minor)\n/sys/block/\($0.name)/device/wwid:naa.\($0.wwid)\n"
            }.joined())
        output.frame(
            "links",
            devices.map {
                "\($0.stat) \($0.prefix)\($0.lun)\n\($0.stat) \(SimulatedStore.byID)\($0.wwid)\n"
            }.joined())
        var opens = ""
        var numbers = ""
        for (_, qemu) in node.qemus.sorted(by: { $0.key < $1.key }) {
            for (index, disk) in qemu.definition.disks.enumerated() {
                guard let lun = SimulatedStore.lun(of: disk.source) else { continue }
                let device = Device(lun: lun, prefix: SimulatedStore.byPath)
                let descriptor = "/proc/\(qemu.serial)/fd/\(20 + index)"
                opens += "lrwx------ \"\(descriptor)\" -> \"/dev/\(device.name)\"\n"
                numbers += "\(device.stat) \(descriptor)\n"
            }
        }
        output.frame("opens", opens)
        output.frame("numbers", numbers)
    }

    /// LUNs of the store, and whatever else a QEMU of this node uses.
    private var luns: [Int] {
        let definitions = node.qemus.values.flatMap(\.definition.disks)
        return Set(definitions.compactMap { SimulatedStore.lun(of: $0.source) }).union(SimulatedStore.luns).sorted()
    }

    /// `/proc/PID/stat`, and the uuid behind it.
    private var processes: String {
        let zeros = String(repeating: " 0", count: 18)
        let own = node.qemus.sorted { $0.key < $1.key }.map { uuid, qemu in
            let pid = qemu.opened?.pid ?? Int64(qemu.serial)
            let start = qemu.isOlderThanLock ? LockFrames.startOfOlder : 100_000 + qemu.serial
            return "stat \(pid) (qemu-system-x86) S\(zeros) \(start)\n\(uuid)\n"
        }
        let others = node.strangers.map { writer in
            let uuid = writer.uuid.map { "\($0)\n" } ?? ""
            return "stat \(writer.pid) (qemu-system-x86) S\(zeros) 100000\n\(uuid)"
        }
        return (own + others).joined()
    }
}

/// The store of a simulated cluster: each LUN has a name by its path and one by its identity.
public enum SimulatedStore {
    /// The LUNs that every node is logged in to, whether anything uses them or not.
    static let luns = 1...8

    /// Before the number of a LUN.
    public static let byPath = "/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2026-01.hunt:store-lun-"
    /// Before the identity of a LUN.
    public static let byID = "/dev/disk/by-id/wwn-0x"

    /// The identity of a LUN.
    public static func wwid(_ lun: Int) -> String {
        let digits = String(lun)
        return "600140500000000" + String(repeating: "0", count: 17 - digits.utf8.count) + digits
    }

    /// Which LUN a disk is, by either name; nil for none of this store.
    public static func lun(of source: DomainDisk.Source) -> Int? {
        guard case .block(let path) = source else { return nil }
        if path.hasPrefix(byPath) { return Int(path.dropFirst(byPath.count)) }
        if path.hasPrefix(byID) { return Int(path.dropFirst(byID.count).suffix(10)) }
        return nil
    }
}

extension DomainDisk {
    /// What two disks have in common when they are one storage.
    public var storage: String {
        SimulatedStore.lun(of: source).map { "lun \($0)" } ?? "\(source)"
    }
}
