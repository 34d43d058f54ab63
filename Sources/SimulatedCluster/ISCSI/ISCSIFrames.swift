internal import Reconciler
internal import StateSpec

/// iSCSI as the scan script prints it.
struct ISCSIFrames {
    let cluster: SimulatedCluster
    let node: SimulatedNode
    let initiator: SimulatedInitiator

    func print(_ output: inout ScriptOutput) {
        let sessions = initiator.sessions.sorted { $0.key < $1.key }
        output.frame("iscsi-client", client(sessions.map { ($0.key, $0.value) }))
        output.frame("iscsi-sessions", sessions.map { sysfs($0.key, $0.value) }.joined())
        let disks = sessions.flatMap { $0.value.disks.keys.sorted() }
        let users = disks.flatMap { disk in
            cluster.users(of: disk, on: node).map { "\(disk) \($0.kind.rawValue) \(Self.escape($0))\n" }
        }
        output.frame(
            "iscsi-users", disks.isEmpty ? "" : "disks \(disks.joined(separator: " "))\n\(users.joined())all\n")
        output.frame("iscsi-initiator", initiator.name.map { $0.isEmpty ? "" : "\($0)\n" } ?? "")
        output.frame("iscsi-records", initiator.records.map(record).joined())
    }

    private func client(_ sessions: [(number: Int, session: SimulatedInitiator.Session)]) -> String {
        guard initiator.name != nil else { return "" }
        // Whatever was seen that could not be believed, this cannot, either.
        guard initiator.doubt == nil else { return "18\n" }
        let lines = sessions.map { "tcp: [\($0.number)] \($0.session.portal),1 \($0.session.target) (non-flash)\n" }
        return lines.isEmpty ? "21\n" : "0\n\(lines.joined())"
    }

    private func sysfs(_ number: Int, _ session: SimulatedInitiator.Session) -> String {
        let folder = "/sys/class/iscsi_session/session\(number)"
        let link = "/sys/class/iscsi_connection/connection\(number):0"
        let state = cluster.state(of: session)
        let words =
            switch state {
            case .loggedIn: ("LOGGED_IN", "up", "running")
            case .failed: ("FAILED", "failed", "blocked")
            case .changing: ("FREE", "down", "blocked")
            }
        var lines = [
            "\(folder)/targetname\0\(session.target)", "\(folder)/state\0\(words.0)",
            "\(link)/persistent_address\0\(session.portal.host)", "\(link)/persistent_port\0\(session.portal.port)",
            "\(link)/state\0\(words.1)",
        ]
        for (name, disk) in session.disks.sorted(by: { $0.key < $1.key }) {
            let unit = "\(folder)/device/target\(number):0:0/\(number):0:0:\(disk.lun)"
            lines.append("\(unit)/state\0\(words.2)")
            if let wwid = disk.seen?.wwid, !wwid.isEmpty { lines.append("\(unit)/wwid\0\(wwid)") }
            lines.append("\(unit)/block/\(name)/size\0\((disk.seen?.bytes ?? 0) / 512)")
        }
        return lines.map { "\($0)\n" }.joined()
    }

    private func record(_ record: SimulatedInitiator.Record) -> String {
        let file = "/etc/iscsi/nodes/\(record.target)/\(record.portal.host),\(record.portal.port)"
        return [
            "node.name = \(record.target)", "node.conn[0].address = \(record.portal.host)",
            "node.conn[0].port = \(record.portal.port)",
            "node.startup = \(record.settings["node.startup"] ?? "manual")",
        ].map { "\(file)\0\($0)\n" }.joined()
    }

    /// A process behind its number; a folder as the kernel writes it.
    private static func escape(_ user: DeviceUser) -> String {
        guard user.kind == .mount else {
            return (user.pid.map { "\($0) " } ?? "") + user.what.replacing("\n", with: "?")
        }
        return user.what.replacing("\\", with: "\\134").replacing(" ", with: "\\040").replacing("\n", with: "\\012")
    }
}
