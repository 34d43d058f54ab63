import ArgumentParser
import Glibc
import Hunt
import Reconciler
import Synchronization

/// What many seeds came to.
struct Tally: Sendable {
    var seeds = 0
    var steps = 0
    var stepsLeast = Int.max
    var actions = 0
    var coverage: [Coverage: Int] = [:]
    var bad: [Hunt.Report] = []
    let isMutant: Bool

    mutating func add(_ report: Hunt.Report) {
        seeds += 1
        steps += report.steps
        stepsLeast = min(stepsLeast, report.steps)
        actions += report.actions
        coverage.merge(report.coverage, uniquingKeysWith: +)
        if !report.violations.isEmpty { bad.append(report) }
    }

    /// Kinds of events that should have happened and did not.
    var missing: [Coverage] { Coverage.allCases.filter { coverage[$0] == nil } }

    var isGood: Bool {
        bad.isEmpty && (isMutant || missing.isEmpty && stepsLeast >= 400 && actions >= 5 * seeds)
    }

    var text: String {
        var lines = [
            "\(seeds) seeds, \(bad.count) with violations; \(steps) steps, at least \(stepsLeast) a seed;"
                + " \(actions) actions, \(Double(actions * 10 / max(seeds, 1)) / 10) a seed"
        ]
        let rules = Dictionary(grouping: bad.compactMap(\.violations.first)) { text in
            text.split(separator: ":")[0].split(separator: " ").last ?? ""
        }
        for (rule, texts) in rules.sorted(by: { $0.key < $1.key }) { lines.append("  \(rule): \(texts.count)") }
        for report in bad.sorted(by: { $0.seed < $1.seed }).prefix(20) {
            lines.append("  seed \(report.seed): \(report.violations.first ?? "")")
        }
        let counts = Coverage.allCases.map { "\($0.rawValue) \(coverage[$0] ?? 0)" }
        lines.append("happened: " + counts.joined(separator: ", "))
        if !missing.isEmpty { lines.append("NEVER happened: \(missing.map(\.rawValue).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }
}

/// Threads, each with a seed of its own: seeds share nothing.
enum Workers {
    static func hunt(_ seed: UInt64, off: Set<Guard>, isTracing: Bool) throws -> Hunt.Report {
        let hunt = Hunt(seed: seed, isTracing: isTracing)
        if off.isEmpty { return hunt.run() }
        #if GUARD_SWITCHES
            return Guard.$off.withValue(off) { hunt.run() }
        #else
            throw ValidationError("this build has no switches: build it with -Xswiftc -DGUARD_SWITCHES")
        #endif
    }

    static func run(from: UInt64, count: Int, jobs: Int, off: Set<Guard>, endsAtFirst: Bool) throws -> Tally {
        _ = try off.isEmpty ? nil : hunt(from, off: off, isTracing: false)
        let shared = Shared(next: from, end: from + UInt64(count), off: off, endsAtFirst: endsAtFirst)
        var threads: [pthread_t] = []
        for _ in 0..<max(1, jobs) {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(shared).toOpaque()
            let code = pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().work()
                    return nil
                }, context)
            guard code == 0 else { throw ValidationError("no thread can be made") }
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
        return shared.tally.withLock { $0 }
    }

    private final class Shared: Sendable {
        let next: Mutex<UInt64>
        let end: UInt64
        let off: Set<Guard>
        let endsAtFirst: Bool
        let tally: Mutex<Tally>

        init(next: UInt64, end: UInt64, off: Set<Guard>, endsAtFirst: Bool) {
            self.next = Mutex(next)
            self.end = end
            self.off = off
            self.endsAtFirst = endsAtFirst
            tally = Mutex(Tally(isMutant: !off.isEmpty))
        }

        func work() {
            while let seed = take() {
                guard let report = try? Workers.hunt(seed, off: off, isTracing: false) else { return }
                let isDone = tally.withLock { tally in
                    tally.add(report)
                    return endsAtFirst && !tally.bad.isEmpty
                }
                if isDone { next.withLock { $0 = end } }
            }
        }

        private func take() -> UInt64? {
            next.withLock { next in
                guard next < end else { return nil }
                defer { next += 1 }
                return next
            }
        }
    }
}
