internal import Reconciler
internal import StateSpec

/// What the scan script tells of storage: sysfs as lines of `PATH:VALUE`, links and open files as stat(1) prints them.
struct StorageText {
    /// More names than any node has; what is beyond is compared by name only.
    private static let entriesMax = 200_000

    private var devices: [String: Draft] = [:]
    private var nameByNumber: [String: String] = [:]

    private struct Draft {
        var number = ""
        var wwid: String?
        var map: String?
        var partition: Int?
        var parents: [String] = []
    }

    /// The frames of a scan; nil where the script did not look, as that of an older havirt.
    static func parse(_ frames: Frames) throws(Unreadable) -> ObservedStorage? {
        guard frames.has("devices") else { return nil }
        var text = StorageText()
        for line in try lines(frames, "devices") { text.sysfs(line) }
        for (name, draft) in text.devices.sorted(by: { $0.key < $1.key }) { text.nameByNumber[draft.number] = name }
        var links: [String: String] = [:]
        for line in try lines(frames, "links") { text.link(line, into: &links) }
        let writers = try text.writers(frames)
        // A device that says nothing of itself, and that nothing names, would only fill the saved scan.
        var pending = text.devices.filter { $0.value.wwid != nil || $0.value.map != nil }.map(\.key)
        pending += Set(links.values).union(writers.flatMap(\.devices))
        var kept: Set<String> = []
        while let name = pending.popLast() {
            if kept.insert(name).inserted { pending += text.devices[name]?.parents ?? [] }
        }
        let devices = text.devices.filter { kept.contains($0.key) && !$0.value.number.isEmpty }
        return ObservedStorage(
            devices: devices.map { name, draft in
                ObservedDevice(
                    name: name, number: draft.number, wwid: draft.wwid, map: draft.map, partition: draft.partition,
                    parents: draft.parents)
            }, links: links, writers: writers)
    }

    private static func lines(_ frames: Frames, _ label: String) throws(Unreadable) -> [String] {
        try ByteText.filledLines(try frames.frame(label)).prefix(entriesMax).map(ByteText.string)
    }

    /// `/sys/block/DISK/WHAT:VALUE`, `/sys/block/DISK/PARTITION/WHAT:VALUE`, or `/sys/block/MAP/slaves/DEVICE`.
    private mutating func sysfs(_ line: String) {
        let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = halves.count == 2 ? ByteText.string(ByteText.trim(Array(halves[1].utf8)[...])) : nil
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 4, parts[..<3] == ["", "sys", "block"] else { return }
        let disk = Self.kernelName(parts[3])
        let child = Self.kernelName(parts[4])
        guard let value else {
            if parts.count == 6, parts[4] == "slaves", parts[5] != "*" {
                devices[disk, default: Draft()].parents.append(Self.kernelName(parts[5]))
            }
            return
        }
        switch parts[4...].joined(separator: "/") {
        case "dev": devices[disk, default: Draft()].number = value
        case "wwid", "device/wwid": devices[disk, default: Draft()].wwid = value.isEmpty ? nil : value
        case "dm/uuid": devices[disk, default: Draft()].map = value.isEmpty ? nil : value
        default:
            guard parts.count == 6 else { return }
            if parts[5] == "dev" {
                devices[child, default: Draft()].number = value
            } else if parts[5] == "partition" {
                devices[child, default: Draft()].partition = Int(value)
                devices[child, default: Draft()].parents = [disk]
            }
        }
    }

    /// sysfs has `!` where a device's name has a slash.
    private static func kernelName(_ name: String) -> String { name.replacing("!", with: "/") }

    /// `MODE MAJOR:MINOR PATH`, all but the path in hexadecimal.
    private func link(_ line: String, into links: inout [String: String]) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, let mode = UInt32(words[0], radix: 16), mode & 0xF000 == 0x6000,
            let number = Self.number(words[1]), let name = nameByNumber[number],
            words[2].hasPrefix("/dev/"), !words[2].hasPrefix("/dev/disk/by-diskseq/")
        else { return }
        links[String(words[2])] = name
    }

    /// "8:10" of hexadecimal "8:a".
    private static func number(_ text: Substring) -> String? {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count == 2, let major = UInt32(halves[0], radix: 16), let minor = UInt32(halves[1], radix: 16)
        else { return nil }
        return "\(major):\(minor)"
    }

    // MARK: - Open files

    private func writers(_ frames: Frames) throws(Unreadable) -> [StorageWriter] {
        var numbers: [String: String] = [:]
        for line in try Self.lines(frames, "numbers") {
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3, let mode = UInt32(words[0], radix: 16), mode & 0xF000 == 0x6000 else { continue }
            numbers[String(words[2])] = Self.number(words[1])
        }
        var opened: [Int64: (devices: Set<String>, files: Set<String>)] = [:]
        for line in try Self.lines(frames, "opens") {
            guard let open = OpenFile(line) else { continue }
            if let number = numbers[open.descriptor] {
                opened[open.pid, default: ([], [])].devices.insert(nameByNumber[number] ?? number)
            } else if !open.isVolatile {
                opened[open.pid, default: ([], [])].files.insert(open.path)
            }
        }
        let processes = try QEMUProcess.parse(try frames.frame("processes"))
        return opened.map { pid, open in
            StorageWriter(
                pid: pid, uuid: processes[pid]?.uuid, devices: Array(open.devices),
                files: Array(open.files))
        }
    }
}

/// A line of `stat -c '%A %N'` for a descriptor of a process: `lrwx------ "/proc/7/fd/3" -> "/dev/sda"`.
private struct OpenFile {
    let pid: Int64
    let descriptor: String
    let path: String

    init?(_ line: String) {
        let bytes = Array(line.utf8)
        guard bytes.count > 11, bytes[0] == UInt8(ascii: "l"), bytes[2] == UInt8(ascii: "w") else { return nil }
        var rest = bytes[10...]
        guard rest.popFirst() == 0x20, let descriptor = Self.quoted(&rest), rest.starts(with: " -> ".utf8) else {
            return nil
        }
        rest = rest.dropFirst(4)
        guard let path = Self.quoted(&rest), rest.isEmpty else { return nil }
        let parts = descriptor.split(separator: "/")
        guard parts.count == 4, parts[0] == "proc", let pid = ByteText.number(Array(parts[1].utf8)[...]) else {
            return nil
        }
        self.pid = pid
        self.descriptor = descriptor
        self.path = path
    }

    /// Whether no other domain could have it as a disk.
    var isVolatile: Bool {
        path.hasSuffix(" (deleted)")
            || ["/memfd:", "/dev/", "/proc/", "/sys/", "/run/"].contains { path.hasPrefix($0) }
    }

    /// A text in C's quotes, of which it takes the escapes that stat(1) makes in the C locale.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return ByteText.string(text[...]) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escape = rest.first else { return nil }
            let octal = rest.prefix(3)
            if octal.count == 3, octal.allSatisfy({ (0x30...0x37).contains($0) }) {
                text.append(UInt8(truncatingIfNeeded: octal.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
                rest = rest.dropFirst(3)
                continue
            }
            guard let plain = escapes[escape] else { return nil }
            text.append(plain)
            rest = rest.dropFirst()
        }
        return nil
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "a"): 0x07,
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
        UInt8(ascii: "\""): 0x22,
    ]
}
