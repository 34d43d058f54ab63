import Glibc

/// CPU time and memory by the operating system's own accounts. Wall times of a shared machine mean little.
enum Meter {
    /// What a piece of work cost.
    struct Figure {
        /// User and system time of this process and its finished children.
        let cpuSeconds: Double
    }

    static func measure(_ body: () throws -> Void) rethrows -> Figure {
        let before = cpu()
        try body()
        return Figure(cpuSeconds: cpu() - before)
    }

    static func measure(_ body: () async throws -> Void) async rethrows -> Figure {
        let before = cpu()
        try await body()
        return Figure(cpuSeconds: cpu() - before)
    }

    /// The median of several runs, after one that warms up.
    static func median(of count: Int, _ body: () throws -> Void) rethrows -> Figure {
        try body()
        let figures = try (0..<count).map { _ in try measure(body).cpuSeconds }.sorted()
        return Figure(cpuSeconds: figures[count / 2])
    }

    private static func cpu() -> Double {
        seconds(__rusage_who_t(RUSAGE_SELF.rawValue)) + seconds(__rusage_who_t(RUSAGE_CHILDREN.rawValue))
    }

    private static func seconds(_ who: __rusage_who_t) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        return user + Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
    }
}

/// One figure beside what it should reach.
struct Row {
    let title: String
    let value: Double
    let reach: String
    let unit: String

    init(_ title: String, _ value: Double, reach: String, unit: String) {
        self.title = title
        self.value = value
        self.reach = reach
        self.unit = unit
    }
}

/// A benchmark that does not measure what it says.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
