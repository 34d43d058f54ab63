@testable import Reconciler

/// The cheapest order of a tiny model, by looking at every arrangement that can be reached, by the checker's rules.
struct BruteForce {
    let checker: OrderChecker

    /// nil: there is none.
    func cheapest() -> OrderCost? {
        let model = checker.model
        var costs: [[Int?]: OrderCost] = [model.domains.map(\.home): OrderCost()]
        var open = [model.domains.map(\.home)]
        // Until nothing becomes cheaper: slow, and plain.
        var next = 0
        while next < open.count {
            let node = open[next]
            next += 1
            guard let cost = costs[node] else { continue }
            for domain in model.domains.indices {
                guard let source = node[domain] else { continue }
                for target in model.nodes.indices {
                    let step = Relocation(domain: domain, source: source, target: target)
                    var moment = moment(node)
                    guard checker.begin(step, &moment).isEmpty else { continue }
                    checker.finish(step, &moment)
                    let paid = OrderCost(moves: cost.moves + 1, memory: cost.memory + model.domains[domain].memory)
                    if let known = costs[moment.node], known <= paid { continue }
                    costs[moment.node] = paid
                    open.append(moment.node)
                }
            }
        }
        return costs.filter { checker.ending(moment($0.key)) == [] }.map(\.value).min()
    }

    private func moment(_ node: [Int?]) -> OrderChecker.Moment {
        OrderChecker.Moment(
            node: node,
            inhabitants: checker.model.nodes.indices.map { index in node.indices.filter { node[$0] == index } })
    }
}
