import StateSpec

/// The two halves of a migration that ended without its source being told.
struct Leftover {
    /// Where it stands paused.
    let source: Int
    /// Where it runs.
    let target: Int
}

extension Case {
    /// Exactly `paused (migrating)` without a job on one node and `running (migrated)` on another, nothing anywhere
    /// else, and every node heard (rule S4, hazard H09).
    var leftover: Leftover? {
        // First, because nearly every domain of every plan ends here.
        guard active.count == 2 else { return nil }
        let isExact =
            context.homes.strays(of: spec.uuid).isEmpty && context.roster.silent.isEmpty
            && active.allSatisfy { $0.domain.job == nil && $0.domain.name == spec.name.text }
        guard isExact || !Guard.leftoverIsExact.isOn,
            let source = active.first(where: { $0.domain.state == ObservedState("paused", "migrating") }),
            let target = active.first(where: { $0.domain.state == ObservedState("running", "migrated") })
        else { return nil }
        return Leftover(source: source.node, target: target.node)
    }
}

extension PlanContext {
    /// Whether a command cannot take effect any more: its effect is there, or two scans after its end saw the same.
    func isSettled(_ marker: InFlight, on index: Int) -> Bool {
        guard !marker.isAlive else { return false }
        if isSeen(marker, on: index) { return true }
        // Where a migration went is not seen while a node is silent, however often the others are looked at.
        if marker.mayArriveElsewhere, !roster.silent.isEmpty { return false }
        return TwiceSeen.holds(marker.uuid, on: index, self)
    }

    /// Whether the command's effect is there.
    private func isSeen(_ marker: InFlight, on index: Int) -> Bool {
        let sights = homes.sights(of: marker.uuid).map { (node: $0.node, domain: roster.domain($0)) }
        let here = sights.first { $0.node == index }?.domain
        let isOff = !(here?.activity.holdsDisks ?? false) && !homes.strays(of: marker.uuid).contains(index)
        return switch marker.verb {
        case .create: here?.activity == .active
        case .shutdown, .destroy: isOff
        case .migrate: isOff && sights.contains { $0.node != index && $0.domain.activity == .active }
        // Those of targets are no domain's.
        case .unknown, .iscsiLogin, .iscsiRemove, .iscsiLogout: false
        }
    }
}

extension Classify {
    /// A command whose end is not known may land at any moment, whoever sent it (rule S10, hazard H16).
    static let inFlight: Rule = { domain in
        let open = (domain.context.inFlight[domain.spec.uuid] ?? []).filter {
            !domain.context.isSettled($0.marker, on: $0.node)
        }
        guard !open.isEmpty, Guard.inFlightIsWaitedFor.isOn else { return nil }
        let words = open.map { index, marker in
            let node = domain.nodeName(index)
            let command = "'\(marker.verb.rawValue)' of run \(marker.run)"
            guard let uptime = domain.context.roster.entries[index].node?.uptime else { return "\(node): \(command)" }
            let age = "since \(Seconds(max(0, uptime.count - marker.since.count)))"
            return "\(node): \(command) \(marker.isAlive ? "is under way" : "may still take effect"), \(age)"
        }
        return .settled(.waiting, .inFlight(words))
    }

    /// The one double that a machine may end, and only when it has stood long enough to be no migration's last moment.
    static let leftover: Rule = { domain in
        guard let halves = domain.leftover else { return nil }
        // Else it could not be addressed, or its name would not be known to be its own.
        guard domain.context.roster.entries[halves.source].spec != nil, identityMismatch(domain) == nil else {
            return nil
        }
        guard TwiceSeen.holds(domain.spec.uuid, on: halves.source, domain.context) else {
            return .settled(.waiting, .leftoverOnce(domain.active.map(domain.words)))
        }
        return .removeLeftover(
            halves, .leftover(domain.nodeName(halves.source), runsOn: domain.nodeName(halves.target)))
    }
}
