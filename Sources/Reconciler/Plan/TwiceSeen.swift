import StateSpec

/// Two scans, at least a span apart, that saw the same of a domain: what its uncertain states are judged by.
///
/// The first scan's sight is noted on a node by a holder of the lock, with the node's uptime: no clock that jumps, no
/// controller's disk, and a reboot forgets it.
enum TwiceSeen {
    /// How far apart the two scans must be.
    static let span = Seconds(30)

    /// Whether an earlier holder of the lock saw the same as we do, long enough ago by the clock of that node.
    static func holds(_ uuid: DomainUUID, on index: Int, _ context: PlanContext) -> Bool {
        guard Guard.seenTwice.isOn else { return true }
        guard let node = context.roster.entries[index].node,
            let witness = node.witnesses.first(where: { $0.uuid == uuid }),
            witness.digest == digest(uuid, context)
        else { return false }
        return node.uptime.count - witness.at.count >= span.count
    }

    /// All that the nodes show of a domain, condensed: where it is in which state, and which commands are in flight.
    static func digest(_ uuid: DomainUUID, _ context: PlanContext) -> String {
        var lines: [String] = []
        for sight in context.homes.sights(of: uuid) {
            let entry = context.roster.entries[sight.node]
            let domain = context.roster.domain(sight)
            lines.append(
                "\(entry.name) \(entry.node?.bootID.description ?? "") \(domain.state) \(domain.job ?? "")"
                    + " \(domain.isPersistent) \(domain.hasManagedSave)")
        }
        for index in context.homes.strays(of: uuid) { lines.append("\(context.roster.entries[index].name) stray") }
        let markers = context.inFlight[uuid] ?? []
        // What may have gone elsewhere is looked for on every node, both times.
        if markers.contains(where: { $0.marker.mayArriveElsewhere }) {
            lines += context.roster.silent.map { "\($0.name) silent" }
        }
        for (index, marker) in markers {
            lines.append(
                "\(context.roster.entries[index].name) \(marker.run) \(marker.verb.rawValue) \(marker.since.count)"
                    + " \(marker.isAlive)")
        }
        // FNV-1a: the sights are not chosen by anybody to collide, and Swift's own hash differs from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in lines.joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
