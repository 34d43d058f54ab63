import StateSpec

/// Whether a step may still run, judged by a scan of all nodes taken right before (hazard H26).
struct Recheck {
    let context: PlanContext
    private let specs: [DomainUUID: DomainSpec]
    /// All that was seen, and all that is on its way.
    private var ledger: Ledger
    /// Domains that are on their way to nodes.
    private(set) var arrivals: [(spec: DomainSpec, definition: DomainDefinition, node: Int)] = []
    /// What starts on their way will use.
    private var claims: DiskUsers?

    /// - Parameter underWay: steps that have been begun and whose effect was not seen to come or to fail.
    init(_ request: PlanRequest, underWay: [Step] = []) {
        context = PlanContext(request)
        specs = Dictionary(request.desired.domains.map { ($0.uuid, $0) }) { first, _ in first }
        ledger = Ledger(context, groups: GroupLedger(placed: Self.placed(context), moving: []))
        for step in underWay { note(step) }
    }

    /// Counts a step that begins for those that come after it.
    mutating func note(_ step: Step) {
        let target: NodeName
        switch step.action {
        case .start(let node), .migrate(_, let node): target = node
        case .shutdown, .removeLeftover, .iscsi: return
        }
        guard let spec = step.domain.flatMap({ specs[$0.uuid] }), let index = context.roster.index(of: target) else {
            return
        }
        arrivals.append((spec, context.running(spec.uuid).first ?? spec.definition, index))
        let seen = context.homes.sights(of: spec.uuid).filter { context.roster.domain($0).activity.holdsDisks }
        // Our own marker of it has told the ledger already.
        let isToldOf = context.mayLand.contains { $0.spec.uuid == spec.uuid && $0.node == index }
        if isToldOf || seen.contains(where: { $0.node == index }) {
            ledger.join(spec, on: index)
        } else {
            ledger.arrive(spec, Ledger.Need(spec, running: seen.first.map(context.roster.domain)), on: index)
        }
        if case .start = step.action, Guard.startsClaimTheirDisks.isOn {
            if claims == nil { claims = DiskUsers(context.storage, context.roster) }
            claims?.add(spec.definition, uuid: spec.uuid, words: "\(spec.name), which starts on \(target),", on: index)
        }
    }

    /// Why the step must not run now; nil if it may.
    ///
    /// - Parameter isSecondHalf: whether an earlier step of the plan has changed the same domain.
    /// - Parameter next: the start for which a shutdown is the first half.
    func objection(to step: Step, of spec: DomainSpec, isSecondHalf: Bool, next: Step?) -> String? {
        guard Guard.recheckBeforeActing.isOn else { return nil }
        let domain = Case(spec, context)
        if let silent = step.action.nodes.first(where: { !answers($0) }) { return "\(silent) does not answer any more" }
        // The second half finds the domain changed by the first, which was bound to what was planned.
        let isAsPlanned = isSecondHalf || domain.precondition.sights == step.precondition.sights
        if !isAsPlanned, Guard.stepsAreBoundToSights.isOn {
            return "it is not as it was when planned: \(Self.difference(step.precondition, domain.precondition))"
        }
        switch step.action {
        case .start(let node): return objection(toStart: domain, on: node)
        case .shutdown(let node):
            if let objection = objection(toUse: domain, on: node) { return objection }
            // What could not come up again is not taken down.
            return next.flatMap { next in
                objection(toNext: domain)
                    ?? next.action.nodes.lazy.compactMap {
                        objection(toArrival: domain, on: $0, afterStepOn: node)
                    }.first
            }
        case .migrate(let source, let target):
            if case .settled(_, let reason) = Classify.unprotected(domain) { return reason.text }
            return objection(toUse: domain, on: source) ?? objection(toArrival: domain, on: target)
        case .removeLeftover(let source, let target):
            return objection(toRemove: domain, on: source, runsOn: target)
        case .iscsi: return "it is about no domain"
        }
    }

    /// Exactly the sight of a leftover, with an answer from every node; that it was seen twice, the plan has found.
    private func objection(toRemove domain: Case, on source: NodeName, runsOn target: NodeName) -> String? {
        if case .settled(_, let reason) = Classify.inFlight(domain) { return reason.text }
        guard let halves = domain.leftover, domain.nodeName(halves.source) == source,
            domain.nodeName(halves.target) == target
        else { return "it is not paused (migrating) on \(source) and running (migrated) on \(target) alone" }
        return nil
    }

    /// Why a guest that ignored its shutdown must not be destroyed; nil if it may be.
    func objection(toDestroy spec: DomainSpec, on node: NodeName) -> String? {
        guard Guard.destroyIsRechecked.isOn else { return nil }
        guard answers(node) else { return "\(node) does not answer any more" }
        let domain = Case(spec, context)
        return unrest(domain, on: node)
            ?? domain.active.first.flatMap { home in
                [.active, .stopping].contains(home.domain.activity) ? nil : "it is \(domain.words(home))"
            }
    }

    func answers(_ name: NodeName) -> Bool {
        context.roster.index(of: name).map { context.roster.entries[$0].node != nil } ?? false
    }

    /// Rule S1: an answer from every node, and none holds it in any active state.
    private func objection(toStart domain: Case, on node: NodeName) -> String? {
        if let active = domain.active.first { return "it is active, \(domain.words(active))" }
        for rule in [Classify.inFlight, Classify.strayProcess, Classify.notUnderstood, Classify.identityMismatch] {
            if case .settled(_, let reason) = rule(domain) { return reason.text }
        }
        return objection(toNext: domain) ?? objection(toArrival: domain, on: node)
    }

    /// What a start needs besides a place.
    private func objection(toNext domain: Case) -> String? {
        for rule in [Classify.homeUnknown, Classify.savedImage, Classify.diskInUse, Classify.unprotected] {
            if case .settled(_, let reason) = rule(domain) { return reason.text }
        }
        return claims?.clash(with: domain.spec)?.reason.text
    }

    /// A shutdown or migration needs the domain at rest on the node, and nowhere else.
    private func objection(toUse domain: Case, on node: NodeName) -> String? {
        unrest(domain, on: node)
            ?? domain.active.first.flatMap { home in
                home.domain.activity == .active ? nil : "it is \(domain.words(home))"
            }
    }

    /// Why it is not known to be on that node alone, and in no transition.
    private func unrest(_ domain: Case, on node: NodeName) -> String? {
        for rule in [
            Classify.activeOnSeveral, Classify.critical, Classify.inFlight, Classify.transition,
            Classify.strayProcess, Classify.notUnderstood, Classify.identityMismatch,
        ] {
            if case .settled(_, let reason) = rule(domain) { return reason.text }
        }
        let isHome = domain.active.first.map { domain.nodeName($0.node) == node } ?? false
        return isHome ? nil : "it is not active on \(node) any more"
    }

    /// - Parameter source: the node where it is shut down before; nil for a move while it runs.
    private func objection(toArrival domain: Case, on node: NodeName, afterStepOn source: NodeName? = nil) -> String? {
        guard let index = context.roster.index(of: node) else { return "\(node) is no node of this cluster" }
        let demand = Admission.Demand(domain.spec, context, isAnew: source != nil)
        if let refusal = Admission.standing(context.roster.entries[index], demand) {
            return "\(node): \(refusal.words(count: 1))"
        }
        var ledger = ledger
        let isRestart = source == node
        if isRestart { ledger.depart(domain.spec, domain.taken, from: index, with: 0) }
        let need = Ledger.Need(domain.spec, running: isRestart ? nil : domain.active.first?.domain)
        if case .refused(let refusal) = ledger.fit(need, of: domain.spec, on: index, isRestart: isRestart) {
            return "\(node): \(refusal.words(count: 1))"
        }
        return nil
    }

    /// Domains in a group and where they are active now, on both sides of a migration.
    private static func placed(_ context: PlanContext) -> [(spec: DomainSpec, node: Int)] {
        let active = context.request.desired.domains.flatMap { spec -> [(spec: DomainSpec, node: Int)] in
            guard !(spec.wish.apart.isEmpty && spec.wish.together.isEmpty) else { return [] }
            return Case(spec, context).active.map { (spec, $0.node) }
        }
        return active + context.mayLand.filter { !($0.spec.wish.apart.isEmpty && $0.spec.wish.together.isEmpty) }
    }

    private static func difference(_ planned: Precondition, _ seen: Precondition) -> String {
        let words = { (sights: [Precondition.Sight]) in
            sights.isEmpty ? "nowhere" : sights.map { "\($0.node) \($0.state)" }.joined(separator: ", ")
        }
        let (before, now) = (words(planned.sights), words(seen.sights))
        return before == now ? "its definition, boot or flags changed" : "then \(before), now \(now)"
    }
}
