import StateSpec

@main
struct Bench {
    static func main() async throws {
        let rows = try PlanBench.run(nodes: 1_000, domainsPerNode: 30)
        for row in rows { print("\(row.title)\t\(row.value) \(row.unit)\t\(row.reach)") }
    }
}
