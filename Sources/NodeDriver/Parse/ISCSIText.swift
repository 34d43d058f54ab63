internal import Reconciler
internal import StateSpec

/// What the scan script tells of iSCSI: sysfs and records as `PATH`, NUL, `LINE`; users as `DISK KIND WHAT`; what iscsiadm
/// lists beside them.
///
/// All of a node's is known, or nothing is: where anything contradicts or is not understood, an empty list would be a guess.
enum ISCSIText {
    /// Far more lines than the sessions and records of any node.
    static let linesMax = 100_000
    /// How many users of one disk are told.
    static let usersMax = 50

    /// The frames of a scan; nil where the script did not look, as that of an older havirt.
    static func parse(_ frames: Frames) -> Seen<ObservedISCSI>? {
        guard frames.has("iscsi-client") else { return nil }
        do throws(Unreadable) {
            return .known(try read(frames))
        } catch {
            return .unknown(error.what)
        }
    }

    private static func read(_ frames: Frames) throws(Unreadable) -> ObservedISCSI {
        var kernel = KernelSessions()
        for entry in try entries(frames, "iscsi-sessions") { try kernel.add(entry) }
        let users = try DeviceUsersText(try lines(frames, "iscsi-users"))
        let sessions = try kernel.sessions(users)
        let client = try lines(frames, "iscsi-client")
        guard let first = client.first else {
            guard sessions.isEmpty else {
                throw Unreadable("it has sessions, but no iscsiadm to compare; install open-iscsi")
            }
            return ObservedISCSI(initiator: nil)
        }
        try compare(sessions.map(\.number), with: client.dropFirst(), status: first)
        return ObservedISCSI(
            initiator: try initiator(frames), sessions: sessions,
            records: try records(try entries(frames, "iscsi-records")))
    }

    static func lines(_ frames: Frames, _ label: String) throws(Unreadable) -> [ArraySlice<UInt8>] {
        let lines = try ByteText.filledLines(try frames.frame(label))
        guard lines.count <= linesMax else { throw Unreadable("it says more than \(linesMax) lines of \(label)") }
        return lines
    }

    private static func entries(_ frames: Frames, _ label: String) throws(Unreadable) -> [ISCSIEntry] {
        var entries: [ISCSIEntry] = []
        for line in try lines(frames, label) {
            guard let entry = ISCSIEntry(line) else { throw Unreadable("a line of \(label) is not understood") }
            entries.append(entry)
        }
        return entries
    }

    // MARK: - iscsiadm beside sysfs

    /// What `iscsiadm -m session` says, and with which status, must be what sysfs has: `tcp: [SID] PORTAL,TPGT NAME`.
    private static func compare(
        _ numbers: [Int], with lines: ArraySlice<ArraySlice<UInt8>>, status: ArraySlice<UInt8>
    ) throws(Unreadable) {
        guard let status = ByteText.number(status), status <= 255 else {
            throw Unreadable("the status of iscsiadm is not understood")
        }
        switch status {
        case 0:
            var listed: [Int] = []
            for line in lines {
                let words = line.split(separator: 0x20, maxSplits: 2)
                guard words.count == 3, words[1].first == UInt8(ascii: "["), words[1].last == UInt8(ascii: "]"),
                    let number = ByteText.number(words[1].dropFirst().dropLast())
                else { throw Unreadable("a line of 'iscsiadm -m session' is not understood") }
                listed.append(Int(number))
            }
            guard !Guard.sessionsAreProven.isOn || listed.sorted() == numbers.sorted() else {
                throw Unreadable("iscsiadm lists other sessions than sysfs has; some may come or go just now")
            }
        // Anybody who is not root is told so, too: it is proof only beside an empty sysfs.
        case 21:
            guard !Guard.sessionsAreProven.isOn || numbers.isEmpty else {
                throw Unreadable("iscsiadm lists no session, but sysfs has some")
            }
        default:
            guard !Guard.sessionsAreProven.isOn else {
                let words = ISCSIExit(Int32(status)).words
                throw Unreadable("'iscsiadm -m session' failed there with status \(status): \(words)")
            }
        }
    }

    /// Empty before the first start of iscsid, which makes one.
    private static func initiator(_ frames: Frames) throws(Unreadable) -> String {
        guard let line = try lines(frames, "iscsi-initiator").first else { return "" }
        guard line.count <= 223, line.allSatisfy({ (0x21..<0x7F).contains($0) || $0 == 0x20 }) else {
            throw Unreadable("its name in /etc/iscsi/initiatorname.iscsi is not understood")
        }
        return ByteText.string(ByteText.trim(line))
    }

    // MARK: - Records

    /// Lines of `KEY = VALUE` from the record files. One and the same may be there twice, as a file and as a folder.
    private static func records(_ entries: [ISCSIEntry]) throws(Unreadable) -> [ISCSINodeRecord] {
        var files: [[String]: [String: String]] = [:]
        for entry in entries {
            let line = ByteText.string(entry.value)
            guard let mark = line.firstRange(of: " = ") else { throw Unreadable("a record is not understood") }
            files[entry.path, default: [:]][String(line[..<mark.lowerBound])] = String(line[mark.upperBound...])
        }
        var records: Set<ISCSINodeRecord> = []
        for (path, keys) in files.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let file = Escaped(path.joined(separator: "/"), charactersMax: 300)
            guard let name = keys["node.name"], let host = keys["node.conn[0].address"],
                let port = port(keys["node.conn[0].port"])
            else { throw Unreadable("the record \(file) is not whole") }
            let startup = keys["node.startup"] ?? "manual"
            guard startup.utf8.count <= 20, startup.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
                throw Unreadable("the record \(file) has a strange node.startup")
            }
            records.insert(
                ISCSINodeRecord(target: try target(name), portal: try portal(host, port), startup: startup))
        }
        return Array(records)
    }

    // MARK: - Names

    static func target(_ text: String) throws(Unreadable) -> ISCSITargetName {
        guard let target = ISCSITargetName(text) else {
            throw Unreadable(
                "the name \(Escaped(text, charactersMax: 230)) of a target is no valid one")
        }
        return target
    }

    static func port(_ text: String?) -> UInt16? {
        text.flatMap { ByteText.number(Array($0.utf8)[...]) }.flatMap { UInt16(exactly: $0) }
    }

    static func portal(_ host: String, _ port: UInt16) throws(Unreadable) -> ISCSIPortal {
        guard let portal = ISCSIPortal(host: host, port: port) else {
            throw Unreadable("it has a portal at \(Escaped(host, charactersMax: 260)) \(port), which is no valid one")
        }
        return portal
    }
}

/// A line of `grep -HZ`: the file's path, NUL, the line.
struct ISCSIEntry {
    let path: [String]
    let value: ArraySlice<UInt8>

    init?(_ line: ArraySlice<UInt8>) {
        guard let end = line.firstIndex(of: 0), line.first == UInt8(ascii: "/") else { return nil }
        path = line[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(ByteText.string)
        value = line[(end + 1)...]
    }
}
