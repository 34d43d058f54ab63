import ArgumentParser
import Glibc
import Hunt
import Reconciler
import Synchronization

@main
struct HuntCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "havirt-hunt",
        abstract: "Tries to make havirt run a domain twice, in a simulated cluster, by seeds.",
        discussion: """
            Every printed seed replays exactly. Exits with 1 if anything was wrong, or if something that should have \
            happened did not.

            EXAMPLES
              havirt-hunt --seeds 10000
              havirt-hunt --seed 4711 --trace
              havirt-hunt --seeds 2000 --off seenTwice
            """)

    @Option(help: "How many seeds.") var seeds = 1_000
    @Option(help: "The first one.") var from: UInt64 = 1
    @Option(help: "Just this one.") var seed: UInt64?
    @Flag(help: "Print everything that happens.") var trace = false
    @Option(help: "Threads.") var jobs = 2
    @Option(help: "Guards to switch off; needs a build with -DGUARD_SWITCHES.") var off: [String] = []
    @Flag(help: "End at the first seed with a violation.") var first = false

    func run() throws {
        let off = try Set(
            off.map { text in
                guard let known = Guard(rawValue: text) else { throw ValidationError("there is no guard '\(text)'") }
                return known
            })
        if let seed {
            let report = try Workers.hunt(seed, off: off, isTracing: trace)
            for line in report.trace { print(line) }
            print("seed \(seed): \(report.steps) steps, \(report.actions) actions, digest \(report.digest)")
            for violation in report.violations { print("  \(violation)") }
            if !report.violations.isEmpty { throw ExitCode(1) }
            return
        }
        let tally = try Workers.run(from: from, count: seeds, jobs: jobs, off: off, endsAtFirst: first)
        print(tally.text)
        if !tally.isGood { throw ExitCode(1) }
    }
}
