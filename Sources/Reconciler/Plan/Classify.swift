import StateSpec

/// The ordered rule table: the first rule that has an opinion decides.
enum Classify {
    typealias Rule = @Sendable (Case) -> Verdict?

    /// The order is the meaning: safety first, then what people asked to be left alone, then wishes.
    static let rules: [Rule] = safety + wishes

    /// What decides before any wish is looked at; domains that only an older commit names are judged by it too.
    static let safety: [Rule] = words + [notSelected] + facts

    private static let words: [Rule] = [
        // Loudest first, and before a hold, because a hold must not hide it.
        activeOnSeveral,
        // Somebody's word beats every wish, and nothing that git says beats the controller's own.
        outlawed, hold, heldByTip,
    ]

    private static let facts: [Rule] = [
        // What is in motion is not judged before it has come to rest.
        critical, inFlight, leftover, transition,
        // Facts that make any decision a guess.
        strayProcess, notUnderstood, identityMismatch,
        // Active on exactly one node from here on, or on none.
        needsPerson, alreadyStopping, pausedByPerson, homeNotInGit,
    ]

    /// What git wishes of a domain that is at rest and about which nothing is uncertain.
    static let wishes: [Rule] = [
        stopAsked, stopWished, restartAsked, moveAsked, leaveNode, leaveForbiddenPlace, bringBack, runsWell,
        // Active nowhere that answered.
        offAsWished, stopOnSilent, homeUnknown, savedImage, diskInUse, unprotected, startWished,
    ]

    /// Whether a run that is not about this domain leaves one in sync alone.
    static func isInSyncUnasked(_ domain: Case) -> Bool {
        let first = (words + facts + wishes).lazy.compactMap { $0(domain) }.first
        if case .settled(.inSync, _) = first { return notSelected(domain) != nil }
        return false
    }

    static func verdict(of domain: Case) -> Verdict {
        for rule in rules {
            if let verdict = rule(domain) { return verdict }
        }
        preconditionFailure("no rule has an opinion on \(domain.spec.name); startWished must be total")
    }

    // MARK: - Safety

    /// Two homes without a migration that explains them: nothing may be stopped by a machine (S4).
    static let activeOnSeveral: Rule = { domain in
        // A migration shows on both sides (S5): a side in motion is no second home, and `transition` waits for it.
        // Nor is half a guest: whoever took a failed post-copy for a double would destroy a half that is needed.
        let atRest = domain.active.filter { $0.domain.activity != .transition && $0.domain.activity != .critical }
        var homes = Set(atRest.map(\.node))
        if atRest.count == domain.active.count { homes.formUnion(domain.context.homes.strays(of: domain.spec.uuid)) }
        guard homes.count > 1, Guard.doubleIsLeftAlone.isOn else { return nil }
        let words = homes.sorted().map { index in
            domain.active.first { $0.node == index }.map(domain.words)
                ?? "\(domain.nodeName(index)): a QEMU process that libvirt does not list"
        }
        return .settled(.blocked, .double(words))
    }

    static let critical: Rule = { domain in
        guard domain.active.contains(where: { $0.domain.activity == .critical }), Guard.criticalIsLeftAlone.isOn
        else { return nil }
        return .settled(.blocked, .critical(domain.active.map(domain.words)))
    }

    /// `shut off (migrated)` is only a hint to look at all nodes, which has been done.
    static let transition: Rule = { domain in
        guard domain.active.contains(where: { $0.domain.activity == .transition }), Guard.transitionIsLeftAlone.isOn
        else { return nil }
        return .settled(.waiting, .transition(domain.active.map(domain.words)))
    }

    /// A process that libvirt does not list can block, and never proves absence (S1).
    static let strayProcess: Rule = { domain in
        let nodes = domain.context.homes.strays(of: domain.spec.uuid)
        return nodes.isEmpty || !Guard.strayProcessBlocks.isOn
            ? nil : .settled(.blocked, .strayProcess(nodes.map(domain.nodeName)))
    }

    /// Whether it is the domain that git means, and what it would take with it, cannot be told.
    static let notUnderstood: Rule = { domain in
        guard Guard.notUnderstoodIsLeftAlone.isOn else { return nil }
        for sight in domain.sights {
            if case .notUnderstood(let why) = domain.context.roster.domain(sight).seen {
                return .settled(.blocked, .notUnderstood(domain.nodeName(sight.node), why))
            }
        }
        return nil
    }

    static let identityMismatch: Rule = { domain in
        guard Guard.identityIsTheUUID.isOn else { return nil }
        let roster = domain.context.roster
        for sight in domain.context.homes.sights(named: domain.spec.name.text) {
            let other = roster.domain(sight)
            if other.uuid != domain.spec.uuid {
                let node = domain.nodeName(sight.node)
                return .settled(.blocked, .identity("\(node) has a domain of this name with uuid \(other.uuid)"))
            }
        }
        for sight in domain.sights where roster.domain(sight).name != domain.spec.name.text {
            let name = Escaped(roster.domain(sight).name)
            return .settled(.blocked, .identity("\(domain.nodeName(sight.node)) has its uuid under the name \(name)"))
        }
        return nil
    }

    // MARK: - Left alone by request

    static let hold: Rule = { domain in
        guard let hold = domain.wish.hold, Guard.holdIsKept.isOn else { return nil }
        // Named as what cannot leave, where somebody waits for its node to be empty.
        let home = domain.active.first { home in
            domain.context.roster.entries[home.node].spec.map { $0.maintenance != nil || $0.retired } ?? false
        }
        let node = home.map { domain.nodeName($0.node) }
        return .settled(.held, .held(hold, now: domain.context.request.now, keeping: node))
    }

    static let heldByTip: Rule = { domain in
        guard let held = domain.context.request.options.held, held.domains.contains(domain.spec.name),
            Guard.badTipHolds.isOn
        else { return nil }
        return .settled(.held, .heldByTip(held.commit))
    }

    static let outlawed: Rule = { domain in
        guard domain.context.request.options.outlawed.contains(domain.spec.name), Guard.policyIsObeyed.isOn
        else { return nil }
        return .settled(.held, .outlawed())
    }

    static let notSelected: Rule = { domain in
        guard let only = domain.context.request.options.only, !only.contains(domain.spec.name) else { return nil }
        return .settled(.held, .notSelected())
    }
}
