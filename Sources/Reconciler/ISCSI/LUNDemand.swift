import StateSpec

/// What one disk of a domain asks of the iSCSI sessions of the node that is to have it.
struct LUNDemand {
    /// The name by which the domain has the disk.
    let path: String
    /// Git's targets that have it.
    let targets: [ISCSITargetName]
    private let source: DomainDisk.Source
    private let luns: [ISCSILUNAddress]
    /// What it has to be.
    private let pin: WWID?
    /// Where it is used now, of a domain that moves.
    private let homes: [Int]
    private let context: PlanContext

    /// One for each disk, and each image below one, that is on a LUN.
    static func all(
        of definitions: [DomainDefinition], uuid: DomainUUID, isMove: Bool, _ context: PlanContext
    ) -> [LUNDemand] {
        guard context.usesISCSI else { return [] }
        let homes = context.homes.sights(of: uuid).filter { context.roster.domain($0).activity.holdsDisks }.map(\.node)
        let disks = definitions.flatMap(\.disks)
        return disks.flatMap { [$0.source] + $0.backing }.compactMap { source in
            guard let path = source.devicePath else { return nil }
            let luns = context.sessions.luns(of: source, on: homes.isEmpty ? context.storage.places : homes)
            guard !luns.isEmpty else { return nil }
            return LUNDemand(
                path: path, targets: Set(luns.compactMap(context.sessions.target)).sorted(), source: source, luns: luns,
                pin: context.sessions.pin(of: source), homes: isMove ? homes : [], context: context)
        }
    }

    /// Whether the name tells the LUN, so that a login brings it; a map's or volume's name does not.
    func comes(to index: Int) -> Bool {
        guard !targets.isEmpty, context.sessions.nodes[index]?.initiator != nil else { return false }
        switch StorageKey(source)?.device {
        case .lun?, .wwid?: return true
        case .path?, .network?, .volume?, nil: return false
        }
    }

    /// Why nobody can say what the node's sessions will be; nil if it is known.
    func obstacle(on index: Int) -> Refusal? {
        guard !targets.isEmpty else { return nil }
        if let why = context.sessions.unknown[index] { return .sessionsUnknown(why) }
        let isThere = context.roster.entries[index].node?.storage?.links[path] != nil
        if context.sessions.nodes[index]?.initiator == nil, context.sessions.nodes[index] != nil, !isThere {
            return .noInitiator
        }
        return targets.first { context.isUnsettled($0, on: index) }.map { .sessionInFlight($0.text) }
    }

    /// In what the disk that is there differs from the one that is meant; nil if in nothing, or if none is there yet.
    func difference(on index: Int) -> Refusal? {
        if let stranger = context.sessions.stranger(behind: source, on: index) {
            return .otherDisk(path, "\(Escaped(stranger).bare) came with no session of a target that git names")
        }
        for device in context.sessions.devices(of: source, on: index) {
            if let what = difference(device) { return .otherDisk(path, what) }
        }
        return nil
    }

    private func difference(_ device: ISCSIDevice) -> String? {
        if device.bytes == 0 { return "its target does not have it any more" }
        let shown = device.wwid.map { Escaped($0.text).bare } ?? "without an identity"
        if let pin {
            return device.wwid == pin
                ? sizeDifference(device) : "it is \(shown), and should be \(Escaped(pin.text).bare)"
        }
        for sight in luns.flatMap(context.sessions.sights) where sight.device.wwid != device.wwid {
            let other = sight.device.wwid.map { Escaped($0.text).bare } ?? "without an identity"
            return "it is \(shown), and on \(context.roster.entries[sight.node].name) \(other)"
        }
        return sizeDifference(device)
    }

    private func sizeDifference(_ device: ISCSIDevice) -> String? {
        for home in homes {
            for other in context.sessions.devices(of: source, on: home) where other.bytes != device.bytes {
                let name = context.roster.entries[home].name
                return "it has \(device.bytes) bytes, and on \(name) \(other.bytes); `havirt node iscsiscan` reads both"
            }
        }
        return nil
    }
}

extension PlanContext {
    /// Whether a command for a target may still take effect on a node.
    func isUnsettled(_ target: ISCSITargetName, on index: Int) -> Bool {
        (inFlight[target.marker] ?? []).contains { $0.node == index && !isSettled($0.marker, on: index) }
    }
}

extension DomainDisk.Source {
    /// The name of a device of the node; nil for what is none.
    fileprivate var devicePath: String? {
        switch self {
        case .file(let path), .block(let path): path.hasPrefix("/dev/") ? path : nil
        case .network, .volume, .other, .empty: nil
        }
    }
}
