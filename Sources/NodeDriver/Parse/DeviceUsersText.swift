internal import Reconciler
internal import StateSpec

/// What `DeviceUsersScript` found: `disks NAME…`, lines of `DISK KIND WHAT`, and `all` where everything was looked at.
struct DeviceUsersText {
    private var users: [String: Set<DeviceUser>] = [:]

    /// Fails where a line is not understood.
    init(_ lines: [ArraySlice<UInt8>]) throws(Unreadable) {
        guard let first = lines.first else { return }
        let disks = ByteText.string(first).split(separator: " ").map(String.init)
        guard disks.first == "disks" else { throw Self.strange }
        // Without its last line it is told of no disk that nobody is there.
        guard lines.count > 1, lines[lines.count - 1].elementsEqual("all".utf8) || !Guard.usersAreProven.isOn else {
            return
        }
        for disk in disks.dropFirst() { users[disk] = [] }
        for line in lines.dropFirst().dropLast() {
            guard let (disk, user) = Self.user(line), let count = users[disk]?.count else { throw Self.strange }
            if count < ISCSIText.usersMax { users[disk]?.insert(user) }
        }
    }

    /// A line of `DISK KIND WHAT`, or `DISK process PID NAME`; nil for anything else.
    static func user(_ line: ArraySlice<UInt8>) -> (disk: String, user: DeviceUser)? {
        let words = ByteText.string(line).split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, let kind = DeviceUser.Kind(rawValue: words[1]) else { return nil }
        guard kind == .process else { return (words[0], DeviceUser(kind, text(words[2], kind))) }
        let process = words[2].split(separator: " ", maxSplits: 1).map(String.init)
        guard process.count == 2, let pid = ByteText.number(Array(process[0].utf8)[...]) else { return nil }
        return (words[0], DeviceUser(kind, text(process[1], kind), pid: pid))
    }

    private static let strange = Unreadable("who uses the disks of its sessions is not understood")

    /// The users of a disk; nil where that could not be told.
    subscript(disk: String) -> [DeviceUser]? { users[disk].map(Array.init) }

    /// The kernel has `\040` where a mount's folder has a blank.
    private static func text(_ text: String, _ kind: DeviceUser.Kind) -> String {
        guard kind == .mount, text.utf8.contains(0x5C) else { return String(text.prefix(300)) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let octal = rest.prefix(3)
            guard byte == 0x5C, octal.count == 3, octal.allSatisfy({ (0x30...0x37).contains($0) }) else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(truncatingIfNeeded: octal.reduce(0) { $0 * 8 + Int($1 - 0x30) }))
            rest = rest.dropFirst(3)
        }
        return String(ByteText.string(bytes[...]).prefix(300))
    }
}
