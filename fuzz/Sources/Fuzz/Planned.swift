import Reconciler
import StateSpec

/// What must hold of a plan, whatever was seen.
enum Planned {
    static func check(_ observed: ObservedCluster, now: Timestamp) {
        let request = PlanRequest(desired: SampleCluster.desired, commit: nil, observed: observed, now: now)
        let plan = Plan.make(request)
        demand(plan == Plan.make(request), "two plans of the same input")
        demand(isPrintable(PlanText.render(plan), allowsNewlines: true), "a plan that cannot be shown")
        let silent = SampleCluster.desired.nodes.filter { node in
            if case .answered = observed.nodes[node.name] { false } else { true }
        }
        for step in plan.steps {
            guard case .start = step.action, let domain = step.domain else { continue }
            // S1 and S2, by what the observation itself says.
            demand(silent.isEmpty, "a start beside a silent node")
            for case .answered(let node, _) in observed.nodes.values {
                for seen in node.domains where seen.uuid == domain.uuid {
                    demand(!seen.state.activity.holdsDisks, "a start of what is active")
                }
            }
        }
    }
}
