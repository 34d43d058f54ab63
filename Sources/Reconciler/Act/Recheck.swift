import StateSpec

/// Whether a step may still run, judged by a scan of all nodes taken right before (hazard H26).
struct Recheck {
    private let context: PlanContext
    /// Domains that are on their way to a node, with what they will need there.
    private let arriving: [(node: NodeName, spec: DomainSpec)]

    /// - Parameter underWay: steps that have been begun and whose effect has not been seen.
    init(_ request: PlanRequest, underWay: [Step]) {
        context = PlanContext(request)
        let specs = Dictionary(request.desired.domains.map { ($0.uuid, $0) }) { first, _ in first }
        arriving = underWay.compactMap { step in
            guard let spec = specs[step.domain.uuid] else { return nil }
            switch step.action {
            case .start(let node), .migrate(_, let node): return (node, spec)
            case .shutdown: return nil
            }
        }
    }

    /// Why the step must not run now; nil if it may.
    func objection(to step: Step, of spec: DomainSpec) -> String? {
        let domain = Case(spec, context)
        for name in step.action.nodes {
            guard let index = context.roster.index(of: name), context.roster.entries[index].node != nil else {
                return "\(name) does not answer any more"
            }
        }
        // Later halves of a step chain find the domain changed by the halves before; the first must find it as planned.
        if step.after.isEmpty, domain.precondition.sights != step.precondition.sights {
            return "it is not as it was when planned: \(Self.difference(step.precondition, domain.precondition))"
        }
        return switch step.action {
        case .start(let node): objection(toStart: domain, on: node)
        case .shutdown(let node): objection(toUse: domain, on: node)
        case .migrate(let source, let target):
            objection(toUse: domain, on: source) ?? objection(toArrival: domain, on: target)
        }
    }

    /// Rule S1: an answer from every node, and none holds it in any active state.
    private func objection(toStart domain: Case, on node: NodeName) -> String? {
        if let active = domain.active.first { return "it is active, \(domain.words(active))" }
        for rule in [
            Classify.strayProcess, Classify.identityMismatch, Classify.homeUnknown, Classify.savedImage,
            Classify.diskInUse,
        ] {
            if case .settled(_, let reason) = rule(domain) { return reason.text }
        }
        return objection(toArrival: domain, on: node)
    }

    /// A shutdown or migration needs the domain at rest on the node, and nowhere else.
    private func objection(toUse domain: Case, on node: NodeName) -> String? {
        for rule in [
            Classify.activeOnSeveral, Classify.critical, Classify.transition, Classify.strayProcess,
            Classify.identityMismatch,
        ] {
            if case .settled(_, let reason) = rule(domain) { return reason.text }
        }
        guard let home = domain.active.first, domain.nodeName(home.node) == node else {
            return "it is not active on \(node) any more"
        }
        return home.domain.activity == .active ? nil : "it is \(domain.words(home))"
    }

    private func objection(toArrival domain: Case, on node: NodeName) -> String? {
        guard let index = context.roster.index(of: node) else { return "\(node) is no node of this cluster" }
        if let refusal = Admission.standing(context.roster.entries[index], domain.spec, context) {
            return "\(node): \(refusal.words(count: 1))"
        }
        var ledger = Ledger(context, groups: GroupLedger(placed: placed(), moving: [domain.spec.uuid]))
        for other in arriving where other.spec.uuid != domain.spec.uuid {
            guard let target = context.roster.index(of: other.node) else { continue }
            let isSeen = context.homes.sights(of: other.spec.uuid).contains {
                $0.node == target && context.roster.domain($0).activity.holdsDisks
            }
            if !isSeen { ledger.arrive(other.spec, Ledger.Need(other.spec, running: nil), on: target) }
        }
        let need = Ledger.Need(domain.spec, running: domain.active.first?.domain)
        if case .refused(let refusal) = ledger.fit(need, of: domain.spec, on: index) {
            return "\(node): \(refusal.words(count: 1))"
        }
        return nil
    }

    /// Domains in a group and where they are active now.
    private func placed() -> [(spec: DomainSpec, node: Int)] {
        context.request.desired.domains.compactMap { spec in
            guard !(spec.wish.apart.isEmpty && spec.wish.together.isEmpty) else { return nil }
            return Case(spec, context).active.first.map { (spec, $0.node) }
        }
    }

    private static func difference(_ planned: Precondition, _ seen: Precondition) -> String {
        let words = { (sights: [Precondition.Sight]) in
            sights.isEmpty ? "nowhere" : sights.map { "\($0.node) \($0.state)" }.joined(separator: ", ")
        }
        let (before, now) = (words(planned.sights), words(seen.sights))
        return before == now ? "its definition, boot or flags changed" : "then \(before), now \(now)"
    }
}
