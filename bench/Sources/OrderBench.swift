import FoundationEssentials
import Reconciler

/// Orders of migrations for recorded clusters: how many migrations, beside the fewest that are known.
enum OrderBench {
    /// - Parameter folder: one JSON file for each cluster.
    static func run(folder: String) throws -> [Row] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        guard !names.isEmpty else { throw BenchError("\(folder) has no cases") }
        return try names.flatMap { name in try rows(OrderBenchCase(name: name, path: "\(folder)/\(name)")) }
    }

    private static func rows(_ known: OrderBenchCase) throws -> [Row] {
        var result: OrderResult?
        let seconds = Meter.median(of: 5) { result = Order.find(model: known.model, goals: known.goals) }
        guard let result else { throw BenchError("\(known.name) was not ordered") }
        let time = Row("order \(known.name)", seconds * 1e3, "ms CPU", limit: 100)
        guard case .found(let sequence, let isMinimal) = result.verdict else {
            guard !known.isFeasible, case .infeasible(let clashes, true) = result.verdict else {
                throw BenchError("\(known.name): \(result.verdict)")
            }
            let comparison = "none there is, as it says; \(clashes.count) rules clash"
            return [Row("order \(known.name)", 0, "migrations", limit: 0, comparison: comparison), time]
        }
        guard known.isFeasible else { throw BenchError("\(known.name) is said to have an order") }
        let timeline = Timeline(model: known.model, sequence: sequence)
        let violations =
            OrderBenchCheck.violations(of: sequence, in: known) + OrderBenchCheck.violations(of: timeline, in: known)
        if let first = violations.first { throw BenchError("\(known.name): \(first)") }
        let atMost = known.migrationsMin.map(Double.init) ?? Double(known.lowerBound) * 1.05
        let proven = isMinimal ? ", proven minimal" : ""
        let serial = timeline.moves.reduce(0) { $0 + $1.end - $1.start }
        let width = BenchTable.number(Double(serial) / Double(max(timeline.makespan, 1)))
        return [
            Row(
                "order \(known.name)", Double(sequence.count), "migrations", limit: atMost,
                comparison: "lower bound \(known.lowerBound)\(proven); \(width) at once on average"), time,
        ]
    }
}
