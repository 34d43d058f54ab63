import Reconciler

/// Balance beside Ganeti's hbal and a proven optimum, on the recorded clusters; and its time on larger ones.
enum BalanceBench {
    /// What became of a set of clusters.
    private struct Tally {
        var count = 0
        var (hbal, ours) = (0.0, 0.0)
        /// By how much ours was above at worst.
        var worst = -Double.infinity
        /// Clusters whose target can be reached, and the migrations to it; where hbal reached it, too, both counts.
        var (reachable, reached, toTarget, optimum) = (0, 0, 0, 0)
        var aboveOptimum = 0
        var (both, oursBoth, hbalBoth) = (0, 0, 0)
        var (fewer, equalProven, others) = (0, 0, 0)
        var secondsMax = 0.0

        mutating func add(_ recorded: RecordedCluster) throws {
            let cluster = recorded.cluster
            let model = cluster.model
            var request = BalanceRequest()
            (request.goal, request.minGain, request.migrationsMax) = (.best, 0, recorded.hbalMoved)
            let best = Balance.make(model, request)
            guard best.relocations.count <= recorded.hbalMoved else { throw BenchError("\(cluster.name): too many") }
            let largest = cluster.largestLoad(try cluster.places(after: best.relocations))
            count += 1
            hbal += recorded.hbalLargest
            ours += largest
            worst = max(worst, largest - recorded.hbalLargest)
            var result = best
            let seconds = Meter.cpuSeconds { result = Balance.make(model, BalanceRequest()) }
            secondsMax = max(secondsMax, seconds)
            try addTarget(recorded, result)
        }

        private mutating func addTarget(_ recorded: RecordedCluster, _ result: BalanceResult) throws {
            guard let least = recorded.optimum else { return }
            reachable += 1
            let largest = recorded.cluster.largestLoad(try recorded.cluster.places(after: result.relocations))
            guard largest <= 1.1 + 1e-6 else { return }
            let moves = result.relocations.count
            reached += 1
            toTarget += moves
            optimum += least
            aboveOptimum = max(aboveOptimum, moves - least)
            if moves < recorded.hbalSteps {
                fewer += 1
            } else if recorded.hbalSteps <= least {
                equalProven += 1
            } else {
                others += 1
            }
            if let theirs = recorded.hbalToTarget {
                both += 1
                oursBoth += moves
                hbalBoth += theirs
            }
        }

        mutating func add(_ other: Tally) {
            count += other.count
            hbal += other.hbal
            ours += other.ours
            worst = max(worst, other.worst)
            reachable += other.reachable
            reached += other.reached
            toTarget += other.toTarget
            optimum += other.optimum
            aboveOptimum = max(aboveOptimum, other.aboveOptimum)
            both += other.both
            oursBoth += other.oursBoth
            hbalBoth += other.hbalBoth
            fewer += other.fewer
            equalProven += other.equalProven
            others += other.others
            secondsMax = max(secondsMax, other.secondsMax)
        }

        func line(_ name: String) -> [String] {
            [
                name, "\(count)", percent(hbal / Double(count)), percent(ours / Double(count)),
                percent(worst, sign: true),
                "\(reached)/\(reachable)", "\(toTarget)", "\(optimum)", "\(aboveOptimum)",
                "\(fewer)/\(equalProven)/\(others)", "\(both)", "\(hbalBoth)", "\(oursBoth)",
                BenchTable.number(secondsMax * 1e3),
            ]
        }

        private func percent(_ value: Double, sign: Bool = false) -> String {
            let tenths = Int((value * 1_000).rounded())
            let text = "\(abs(tenths) / 10).\(abs(tenths) % 10)"
            return tenths < 0 ? "-" + text : sign ? "+" + text : text
        }

        var rows: [Row] {
            [
                Row(
                    "balance, largest load less hbal's: mean", (ours - hbal) / Double(count) * 100,
                    "points", limit: -6),
                Row("balance, largest load less hbal's: worst", worst * 100, "points", limit: 1e-4),
                Row(
                    "balance, migrations above the optimum to 1.10: worst", Double(aboveOptimum), "migrations", limit: 1
                ),
                Row("balance, clusters where 1.10 was missed", Double(reachable - reached), "clusters", limit: 0),
            ]
        }
    }

    static func run(_ file: String) async throws -> [Row] {
        let recorded = try RecordedCluster.all(file)
        var all = Tally()
        var lines = [header]
        let sets = recorded.map(\.set).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        for set in sets {
            var tally = Tally()
            for cluster in recorded where cluster.set == set { try tally.add(cluster) }
            lines.append(tally.line(set))
            all.add(tally)
        }
        lines.append(all.line("all"))
        // Rows go to standard output, where others read them.
        FileText.say(table(lines) + (try await checkedHbal(recorded)))
        return all.rows
    }

    private static let header = [
        "clusters", "", "hbal %", "ours %", "worst", "reached", "migrations", "optimum", "above", "</=/>", "both",
        "hbal",
        "ours", "ms max",
    ]

    /// What was recorded of hbal is what it does: a sample of them again.
    private static func checkedHbal(_ recorded: [RecordedCluster]) async throws -> String {
        guard Hbal.isInstalled else { return "hbal is not installed: its recorded results stand for it.\n" }
        let sample = recorded.filter { $0.cluster.name.hasSuffix("-10") }
        let before = Meter.childrenSeconds
        for recorded in sample {
            let (places, steps) = try await Hbal.run(recorded.cluster)
            let largest = recorded.cluster.largestLoad(places)
            guard steps == recorded.hbalSteps, abs(largest - recorded.hbalLargest) < 1e-5 else {
                throw BenchError("\(recorded.cluster.name): hbal makes \(steps) migrations to \(largest)")
            }
        }
        let seconds = BenchTable.number(Meter.childrenSeconds - before)
        return "hbal, run again on \(sample.count) of them (\(seconds) s CPU), did what is recorded.\n"
    }

    private static func table(_ lines: [[String]]) -> String {
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// The CPU time on larger clusters; the goal is 1.10.
    static func times() throws -> [Row] {
        let sizes = [
            (10, 20, 0.01, "hbal: 0.2 s"), (50, 20, 0.1, "79 s"), (200, 50, 2, "hours"), (1_000, 30, 10, "days"),
        ]
        var rows: [Row] = []
        for (nodes, domains, limit, comparison) in sizes {
            let cluster = BalanceCase.generated(nodes: nodes, domainsPerNode: domains, seed: 1)
            let model = cluster.model
            var result: BalanceResult?
            let seconds = Meter.median(of: 3) { result = Balance.make(model, BalanceRequest()) }
            let places = try cluster.places(after: result?.relocations ?? [])
            guard cluster.largestLoad(places) <= 1.1 + 1e-6 else { throw BenchError("\(cluster.name) is not even") }
            let title = "balance \(nodes)x\(domains), \(result?.relocations.count ?? 0) migrations"
            rows.append(Row(title, seconds, "s CPU", limit: limit, comparison: comparison))
        }
        rows.append(Row("memory of the largest balance", Meter.residentMebibytesMax, "MiB", limit: 500))
        return rows
    }
}
