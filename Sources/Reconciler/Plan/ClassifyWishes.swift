import StateSpec

/// The second half of the rule table: what git wishes of a domain that is at rest.
extension Classify {
    // MARK: - Active on one node

    static let needsPerson: Rule = { domain in
        guard Guard.alarmNeedsAPerson.isOn else { return nil }
        return domain.active.first { $0.domain.activity == .alarm }.map {
            .settled(.blocked, .alarm(domain.words($0)))
        }
    }

    static let alreadyStopping: Rule = { domain in
        domain.active.first { $0.domain.activity == .stopping }.map {
            .settled(.waiting, .stopping(domain.nodeName($0.node)))
        }
    }

    /// A paused guest answers no shutdown and must not be moved by a guess; a person paused it.
    static let pausedByPerson: Rule = { domain in
        guard Guard.pausedIsLeftAlone.isOn else { return nil }
        return domain.active.first { $0.domain.activity == .pausedByUser }.map {
            .settled(.blocked, .paused(domain.nodeName($0.node)))
        }
    }

    /// On a node that git does not name, nothing can be addressed, and nothing is decided about what runs there.
    static let homeNotInGit: Rule = { domain in
        guard let home = domain.active.first, domain.context.roster.entries[home.node].spec == nil else { return nil }
        return .settled(.blocked, .homeNotInGit(domain.nodeName(home.node)))
    }

    static let stopAsked: Rule = { domain in
        guard case .stop(let isForced) = domain.explicit, let home = domain.active.first else { return nil }
        return .stop(node: home.node, .stopAsked(destroyedAfter: isForced ? domain.wish.shutdown.timeout : nil))
    }

    static let stopWished: Rule = { domain in
        guard domain.run == .stopped, let home = domain.active.first else { return nil }
        return .stop(node: home.node, .wishedStopped())
    }

    /// It ends in a start, so it needs what a start needs before it begins.
    static let restartAsked: Rule = { domain in
        guard case .restart(let isForced) = domain.explicit, let home = domain.active.first else { return nil }
        for rule in [homeUnknown, savedImage, diskInUse] {
            if let objection = rule(domain) { return objection }
        }
        if domain.context.isLockRequired, Guard.demandedLockIsThere.isOn,
            let gap = domain.context.lock.gap(of: domain.spec, domain.spec.definition, isRunning: false)
        {
            return .settled(.blocked, .unprotected(gap))
        }
        return .restart(
            node: home.node, .restartAsked(destroyedAfter: isForced ? domain.wish.shutdown.timeout : nil))
    }

    /// By the way that drains use, but to one node and no other.
    static let moveAsked: Rule = { domain in
        guard case .migrate(let node) = domain.explicit, let home = domain.active.first else { return nil }
        let reason = Reason.moveAsked()
        guard let target = domain.context.roster.index(of: node) else { return .settled(.blocked, .noNode(node)) }
        guard target != home.node else { return nil }
        guard case .move(let source, _, _) = leave(domain, home, reason, isDrain: true) else {
            return leave(domain, home, reason, isDrain: true)
        }
        return .moveTo(from: source, to: target, reason)
    }

    /// Maintenance and retirement empty a node of every domain, manual ones included.
    static let leaveNode: Rule = { domain in
        guard let home = domain.active.first, let node = domain.context.roster.entries[home.node].spec else {
            return nil
        }
        if node.maintenance != nil {
            return leave(domain, home, .drain(node.name, node.maintenance), isDrain: true)
        }
        if node.retired { return leave(domain, home, .leaving(node.name), isDrain: true) }
        return nil
    }

    static let leaveForbiddenPlace: Rule = { domain in
        guard let home = domain.active.first else { return nil }
        let entry = domain.context.roster.entries[home.node]
        guard let objection = Admission.rule(against: entry, domain.spec) else { return nil }
        let reason = Reason.outside(entry.name, objection)
        if domain.wish.run == .manual { return .settled(.blocked, .manualOutside(reason)) }
        return leave(domain, home, reason, isDrain: false)
    }

    /// Only where an explicit verb asks for it, and only live: nothing is interrupted for a preference.
    static let bringBack: Rule = { domain in
        let context = domain.context
        guard let home = domain.active.first, let node = domain.wish.prefer, domain.wish.migrate == .live,
            context.request.options.bringBack.contains(node),
            let target = context.roster.index(of: node), target != home.node
        else { return nil }
        if let count = home.domain.definition?.hostDevices, count > 0 {
            return .settled(.blocked, .blocksMigration(.preferred(node), count))
        }
        return unprotected(domain) ?? .moveTo(from: home.node, to: target, .preferred(node))
    }

    /// Any place inside the allowed set is in sync: a move by hand or for balance is never drift.
    static let runsWell: Rule = { domain in
        domain.active.isEmpty ? nil : .settled(.inSync, .inSync)
    }

    /// Whether one that is in sync could leave its node by live migration, if somebody else needed the room or the
    /// cluster were to be evened out.
    static func mayMigrate(_ domain: Case) -> Bool {
        guard domain.wish.migrate == .live, let home = domain.active.first, home.domain.activity == .active else {
            return false
        }
        if case .move = leave(domain, home, .inSync, isDrain: false) { return true }
        return false
    }

    private static func leave(
        _ domain: Case, _ home: (node: Int, domain: ObservedDomain), _ reason: Reason, isDrain: Bool
    ) -> Verdict {
        if domain.wish.migrate == .never { return .settled(.blocked, .neverMigrates(reason)) }
        if domain.wish.migrate == .live, let count = home.domain.definition?.hostDevices, count > 0 {
            return .settled(.blocked, .blocksMigration(reason, count))
        }
        // An offline move ends in a start, so it needs what a start needs before it begins.
        let needs = domain.wish.migrate == .offline ? [homeUnknown, savedImage, diskInUse] : []
        for rule in needs + [unprotected] {
            if let objection = rule(domain) { return objection }
        }
        return .move(from: home.node, reason, isDrain: isDrain)
    }

    // MARK: - Active nowhere that answered

    static let offAsWished: Rule = { domain in
        switch domain.run {
        case .manual: .settled(.inSync, .manualOff)
        case .stopped: domain.context.roster.silent.isEmpty ? .settled(.inSync, .staysOff) : nil
        case .keepalive: nil
        }
    }

    /// "Stopped" is not reached while a silent node may still run it.
    static let stopOnSilent: Rule = { domain in
        guard domain.run == .stopped else { return nil }
        if let unknown = domain.context.homeUnknown(domain.spec.uuid) { return .settled(.blocked, unknown) }
        return .settled(.inSync, .staysOff)
    }

    static let homeUnknown: Rule = { domain in
        domain.context.homeUnknown(domain.spec.uuid).map { .settled(.blocked, $0) }
    }

    static let savedImage: Rule = { domain in
        guard Guard.savedImagePins.isOn else { return nil }
        let saved = domain.inactive.first { $0.domain.activity == .saved || $0.domain.hasManagedSave }
        return saved.map { .settled(.blocked, .saved(domain.nodeName($0.node))) }
    }

    static let diskInUse: Rule = { domain in
        guard Guard.oneWriterPerDisk.isOn else { return nil }
        if let clash = domain.context.disks.clash(with: domain.spec) { return .settled(.blocked, clash.reason) }
        guard Guard.unknownDisksBlock.isOn else { return nil }
        return domain.context.hiddenClash(with: domain.spec).map {
            .settled(.blocked, .hiddenDisks($0.uuid, on: domain.nodeName($0.node)))
        }
    }

    /// Only where somebody demands the storage lock; else its lack is a notice.
    static let unprotected: Rule = { domain in
        guard domain.context.isLockRequired, Guard.demandedLockIsThere.isOn else { return nil }
        // What runs moves as it is; git's XML counts at a start.
        let running = domain.wish.migrate == .offline ? nil : domain.active.first?.domain.definition
        let definition = running ?? domain.spec.definition
        return domain.context.lock.gap(of: domain.spec, definition, isRunning: running != nil).map {
            .settled(.blocked, .unprotected($0))
        }
    }

    static let startWished: Rule = { domain in
        guard case .start(let node) = domain.explicit else { return .start(on: nil, .keepalive()) }
        guard let node else { return .start(on: nil, .startAsked()) }
        guard let index = domain.context.roster.index(of: node) else { return .settled(.blocked, .noNode(node)) }
        return .start(on: index, .startAsked())
    }
}
