import GitSource
import StateSpec

/// Loading a large cluster from git as havirt does: once from nothing, then after a commit that changed one file.
enum LoadBench {
    static func run(repository directory: String, domains: Int) throws -> [Row] {
        let repository = try GitRepository(opening: directory)
        let full = try repository.resolve("main~1").id
        let changed = try repository.resolve("main").id
        var loader = SpecLoader()
        try load(full, of: repository, &loader, expecting: domains)
        // All that the process has used until now, its start included.
        let cold = Meter.cpuSecondsSinceStart
        let again = try (0..<10).map { round in
            let commit = round % 2 == 0 ? changed : full
            return try Meter.cpuSeconds { try load(commit, of: repository, &loader, expecting: domains) }
        }
        let files = "\(domains) domains (\(2 * domains) files)"
        return [
            Row(
                "load \(files) from git, cold", cold, "s CPU", limit: 3, aim: 1.2,
                comparison: "libgit2 + libyaml + libxml2 in C 1.1; Yams alone 2.0"),
            Row(
                "load them again, one file changed", Meter.median(again) * 1e3, "ms CPU", limit: 50,
                comparison: "libgit2's walk alone 12"),
        ]
    }

    private static func load(
        _ commit: ObjectID, of repository: GitRepository, _ loader: inout SpecLoader, expecting domains: Int
    ) throws {
        let tree = try repository.tree(at: commit, path: "cluster.d", limits: SpecLimits())
        let load = loader.load(tree, now: Timestamp(secondsSinceEpoch: 1_800_000_000))
        guard let state = load.state, state.domains.count == domains else {
            throw BenchError("the benchmark's own cluster has findings: \(load.findings.prefix(3))")
        }
    }
}
