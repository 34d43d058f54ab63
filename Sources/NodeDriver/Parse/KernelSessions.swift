internal import Reconciler
internal import StateSpec

/// Sessions, connections and disks as sysfs has them, put together.
struct KernelSessions {
    private var sessions: [Int: Draft] = [:]

    private struct Draft {
        var target: String?
        var state: String?
        var connections: [String: [String: String]] = [:]
        var units: [String: Unit] = [:]
    }

    /// What answers at one LUN; a disk if it has a block device.
    private struct Unit {
        var values: [String: String] = [:]
        var disk: (name: String, sectors: String)?
    }

    /// One file of sysfs. Of a file with several lines the first counts.
    mutating func add(_ entry: ISCSIEntry) throws(Unreadable) {
        let path = entry.path
        let value = ByteText.string(ByteText.trim(entry.value))
        guard path.count > 5, path[..<3] == ["", "sys", "class"] else { throw Self.strange }
        switch path[3] {
        case "iscsi_session": try addToSession(path[4...].map { $0 }, value)
        case "iscsi_connection":
            // connection3:0
            let numbers = path[4].dropFirst("connection".count).split(separator: ":", maxSplits: 1)
            guard path[4].hasPrefix("connection"), numbers.count == 2, let number = Self.number(numbers[0]) else {
                throw Self.strange
            }
            sessions[number, default: Draft()].connections[path[4], default: [:]][path[5]] = value
        default: throw Self.strange
        }
    }

    /// `session3/WHAT`, `session3/device/target2:0:0/2:0:0:1/WHAT` or `…/block/sda/size`.
    private mutating func addToSession(_ path: [String], _ value: String) throws(Unreadable) {
        guard path[0].hasPrefix("session"), let number = Self.number(path[0].dropFirst("session".count)) else {
            throw Self.strange
        }
        var draft = sessions[number] ?? Draft()
        switch (path.count, path[1]) {
        case (2, "targetname"): draft.target = draft.target ?? value
        case (2, "state"): draft.state = draft.state ?? value
        case (5, "device"):
            if draft.units[path[3]]?.values[path[4]] == nil {
                draft.units[path[3], default: Unit()].values[path[4]] = value
            }
        case (7, "device"): draft.units[path[3], default: Unit()].disk = (path[5], value)
        default: throw Self.strange
        }
        sessions[number] = draft
    }

    private static let strange = Unreadable("what sysfs says of iSCSI is not understood")

    private static func number(_ text: Substring) -> Int? {
        ByteText.number(Array(text.utf8)[...]).map { Int($0) }
    }

    /// All of them, by number; fails if one is not whole.
    func sessions(_ users: DeviceUsersText) throws(Unreadable) -> [ISCSISession] {
        var all: [ISCSISession] = []
        for (number, draft) in sessions.sorted(by: { $0.key < $1.key }) {
            guard let target = draft.target, let state = draft.state,
                let connection = draft.connections.min(by: { $0.key < $1.key })?.value,
                let host = connection["persistent_address"],
                let port = ISCSIText.port(connection["persistent_port"])
            else { throw Unreadable("session \(number) is not whole in sysfs; it may come or go just now") }
            var devices: [ISCSIDevice] = []
            for (address, unit) in draft.units.sorted(by: { $0.key < $1.key }) {
                guard let disk = unit.disk else { continue }
                devices.append(try device(address, disk, unit.values, users))
            }
            all.append(
                ISCSISession(
                    number: number, target: try ISCSIText.target(target), portal: try ISCSIText.portal(host, port),
                    state: Self.state(state, draft.connections.values.map { $0["state"] }), devices: devices))
        }
        return all
    }

    /// A kernel before 5.8 does not tell how a connection does.
    private static func state(_ session: String, _ connections: [String?]) -> ISCSISession.State {
        if session == "FAILED" || connections.contains("failed") { return .failed }
        return session == "LOGGED_IN" && connections.allSatisfy { $0 == nil || $0 == "up" } ? .loggedIn : .changing
    }

    /// - Parameter address: `HOST:CHANNEL:ID:LUN`.
    private func device(
        _ address: String, _ disk: (name: String, sectors: String), _ values: [String: String], _ users: DeviceUsersText
    ) throws(Unreadable) -> ISCSIDevice {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let lun = Self.number(parts[3]), let sectors = Self.number(disk.sectors[...]),
            let state = values["state"], state.utf8.count <= 40
        else { throw Unreadable("the disk of a session is not whole in sysfs; it may come or go just now") }
        let (bytes, isTooLarge) = Int64(sectors).multipliedReportingOverflow(by: 512)
        guard !isTooLarge, let users = users[disk.name] else {
            throw Unreadable("who uses the disks of its sessions could not be told; a disk may have come just now")
        }
        return ISCSIDevice(
            name: disk.name, lun: lun, wwid: values["wwid"].flatMap { $0.isEmpty ? nil : WWID($0) }, bytes: bytes,
            state: state, users: users)
    }
}
