internal import Reconciler
internal import StateSpec

extension SimulatedInitiator {
    /// As it was observed.
    init(_ seen: Seen<ObservedISCSI>) {
        switch seen {
        case .unknown(let why):
            self.init(name: "")
            doubt = why
        case .known(let seen):
            self.init(name: seen.initiator)
            for session in seen.sessions {
                var made = Session(target: session.target, portal: session.portal)
                made.state = session.state == .loggedIn ? nil : session.state
                for device in session.devices {
                    made.disks[device.name] = Disk(
                        lun: device.lun,
                        seen: SimulatedTargets.LUN(wwid: device.wwid?.text ?? "", bytes: device.bytes),
                        users: device.users)
                }
                sessions[session.number] = made
                lastNumber = max(lastNumber, session.number)
            }
            for record in seen.records {
                records.append(
                    Record(
                        target: record.target, portal: record.portal, settings: ["node.startup": record.startup]))
            }
        }
    }
}

extension SimulatedTargets {
    /// Learns from a session what a target has.
    mutating func take(_ session: ISCSISession) {
        var target = targets[session.target] ?? Target(portals: [])
        if !target.portals.contains(session.portal) { target.portals.append(session.portal) }
        for device in session.devices where device.bytes > 0 {
            target.luns[device.lun] = LUN(wwid: device.wwid?.text ?? "", bytes: device.bytes)
        }
        targets[session.target] = target
    }
}
