import StateSpec

/// Domains that git named once and does not name any more.
///
/// They become unmanaged; one whose last word was `prune: true` and that carries havirt's mark is shut down.
struct Pruning {
    private(set) var cases: [Case] = []
    private(set) var verdicts: [Verdict] = []

    init(_ context: PlanContext) {
        let kept = Set(context.request.desired.domains.map(\.uuid))
        for spec in context.request.departed where spec.wish.prune && !kept.contains(spec.uuid) {
            let domain = Case(spec, context)
            let isMarked =
                domain.active.allSatisfy { $0.domain.definition?.mark != nil } || !Guard.pruningNeedsTheMark.isOn
            guard let home = domain.active.first, isMarked else { continue }
            cases.append(domain)
            // The safety half of the table still decides first; a wish for "stopped" is what is left of its spec.
            let safety = Classify.safety.lazy.compactMap { $0(domain) }.first
            verdicts.append(safety ?? .stop(node: home.node, .pruned()))
        }
    }
}
