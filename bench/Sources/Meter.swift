import Glibc

/// CPU time by the operating system's own accounts. Wall times of a shared machine mean little.
enum Meter {
    /// User and system time of `body`, in this process and in the children that ended meanwhile.
    static func cpuSeconds(_ body: () throws -> Void) rethrows -> Double {
        let before = cpuSecondsSinceStart
        try body()
        return cpuSecondsSinceStart - before
    }

    /// The median of several runs, after one that warms up.
    static func median(of count: Int, _ body: () throws -> Void) rethrows -> Double {
        try body()
        return median(try (0..<count).map { _ in try cpuSeconds(body) })
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Of this process, its start included, and of its finished children.
    static var cpuSecondsSinceStart: Double { ownSeconds + childrenSeconds }

    static var ownSeconds: Double { seconds(__rusage_who_t(RUSAGE_SELF.rawValue)) }

    static var childrenSeconds: Double { seconds(__rusage_who_t(RUSAGE_CHILDREN.rawValue)) }

    /// The most memory that this process had so far.
    static var residentMebibytesMax: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }

    private static func seconds(_ who: __rusage_who_t) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        return user + Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
    }
}
