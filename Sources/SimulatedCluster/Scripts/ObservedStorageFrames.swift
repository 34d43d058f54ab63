internal import Reconciler
internal import StateSpec

/// Block devices as they were observed, and what QEMUs hold open of them and of files.
struct ObservedStorageFrames {
    let node: SimulatedNode
    let storage: ObservedStorage

    /// Everything between the processes and the storage lock.
    func print(_ output: inout ScriptOutput) {
        output.frame("devices", storage.devices.map(sysfs).joined())
        output.frame(
            "links",
            storage.links.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { link, name in
                "\(stat(name)) \(link)\n"
            }.joined())
        var opens = ""
        var numbers = ""
        for writer in writers {
            var descriptor = 20
            for target in writer.devices.map({ (device: $0, path: "/dev/\($0)") }) {
                let name = "/proc/\(writer.pid)/fd/\(descriptor)"
                descriptor += 1
                opens += "lrwx------ \"\(name)\" -> \(Self.quote(target.path))\n"
                numbers += "\(stat(target.device)) \(name)\n"
            }
            for file in writer.files {
                opens += "lrwx------ \"/proc/\(writer.pid)/fd/\(descriptor)\" -> \(Self.quote(file))\n"
                descriptor += 1
            }
        }
        output.frame("opens", opens)
        output.frame("numbers", numbers)
    }

    private var writers: [StorageWriter] {
        let own = node.qemus.sorted { $0.key < $1.key }.map { uuid, qemu in qemu.opened ?? opened(uuid, qemu) }
        return own.filter { !$0.devices.isEmpty || !$0.files.isEmpty } + node.strangers
    }

    /// What a QEMU that was not observed holds open: its disks, where this node knows them.
    private func opened(_ uuid: DomainUUID, _ qemu: SimulatedQEMU) -> StorageWriter {
        var devices: [String] = []
        var files: [String] = []
        for disk in qemu.definition.disks where !disk.isReadOnly && !storage.isEmpty {
            switch disk.source {
            case .file(let path): files.append(path)
            case .block(let path): if let device = storage.links[path] { devices.append(device) }
            case .network, .volume, .other, .empty: continue
            }
        }
        return StorageWriter(pid: Int64(qemu.serial), uuid: uuid, devices: devices, files: files)
    }

    private func sysfs(_ device: ObservedDevice) -> String {
        let name = device.name.replacing("/", with: "!")
        if let partition = device.partition, let disk = device.parents?.first {
            let folder = "/sys/block/\(disk.replacing("/", with: "!"))/\(name)"
            return "\(folder)/dev:\(device.number)\n\(folder)/partition:\(partition)\n"
        }
        let folder = "/sys/block/\(name)"
        var lines = "\(folder)/dev:\(device.number)\n"
        if let wwid = device.wwid { lines += "\(folder)/device/wwid:\(wwid)\n" }
        if let map = device.map { lines += "\(folder)/dm/uuid:\(map)\n" }
        for parent in device.parents ?? [] { lines += "\(folder)/slaves/\(parent.replacing("/", with: "!"))\n" }
        return lines
    }

    /// `MODE MAJOR:MINOR`; a device that is known by its number alone bears that as its name.
    private func stat(_ name: String) -> String {
        let number = storage.devices.first { $0.name == name }?.number ?? name
        let parts = number.split(separator: ":").map { Int($0).map { String($0, radix: 16) } ?? "0" }
        return "61b0 \(parts.joined(separator: ":"))"
    }

    /// As stat(1) quotes in the C locale.
    private static func quote(_ path: String) -> String {
        var quoted = "\""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: quoted += String(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                quoted += "\\" + String(repeating: "0", count: 3 - octal.utf8.count) + octal
            }
        }
        return quoted + "\""
    }
}
