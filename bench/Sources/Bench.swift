import StateSpec

/// One benchmark a process; `bench/run` calls them in turn and prints their rows as a table.
@main
struct Bench {
    static let usage = """
        usage: havirt-bench repository DIR TEMPLATE NODES DOMAINS-PER-NODE
               havirt-bench load DIR DOMAINS
               havirt-bench plan
               havirt-bench order CASES
               havirt-bench balance CLUSTERS
               havirt-bench balance-times
               havirt-bench scan LABEL SSH-CONFIG CONTROL-FOLDER NODE...
               havirt-bench replay ANSWER
               havirt-bench start HAVIRT
               havirt-bench idle HAVIRT CONFIG RUNTIME-DIRECTORY NODES
               havirt-bench skip REASON TITLE UNIT LIMIT
               havirt-bench table <ROWS
        """

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        for row in try await run(arguments.first ?? "", Array(arguments.dropFirst())) { print(row.line) }
    }

    private static func run(_ verb: String, _ rest: [String]) async throws -> [Row] {
        switch (verb, rest.count) {
        case ("repository", 4):
            let repository = BenchRepository(
                nodes: try number(rest[2]), domainsPerNode: try number(rest[3]), templateFile: rest[1])
            try await repository.make(in: rest[0])
            return []
        case ("load", 2): return try LoadBench.run(repository: rest[0], domains: try number(rest[1]))
        case ("plan", 0): return try PlanBench.run(nodes: 1_000, domainsPerNode: 30)
        case ("order", 1): return try OrderBench.run(folder: rest[0])
        case ("balance", 1): return try await BalanceBench.run(rest[0])
        case ("balance-times", 0): return try BalanceBench.times()
        case ("scan", 4...):
            return try await ScanBench(
                label: rest[0], configFile: rest[1], nodes: Array(rest[3...]), controlFolder: rest[2]
            ).run()
        case ("replay", 1): return try await ReplayBench.run(answerFile: rest[0])
        case ("start", 1): return try await StartBench(havirt: rest[0]).version()
        case ("idle", 4):
            let start = StartBench(havirt: rest[0])
            return try await start.idle(config: rest[1], runtimeDirectory: rest[2], nodes: try number(rest[3]))
        case ("skip", 4):
            return [
                Row(
                    rest[1], .skipped(rest[0]), rest[2], limit: Double(rest[3]) ?? 0, aim: nil, comparison: "")
            ]
        case ("table", 0):
            printTable()
            return []
        default: throw BenchError("wrong usage\n" + usage)
        }
    }

    private static func printTable() {
        var rows: [Row] = []
        while let line = readLine() {
            if let row = Row(line: line) { rows.append(row) }
        }
        print(BenchTable.text(rows), terminator: "")
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw BenchError("\(text) is no number\n" + usage) }
        return number
    }
}
