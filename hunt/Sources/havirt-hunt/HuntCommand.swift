import ArgumentParser
@preconcurrency import Glibc
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
              havirt-hunt --mutants hunt/mutants.txt
              havirt-hunt --search --seeds 2000
            """)

    @Option(help: "How many seeds.") var seeds = 1_000
    @Option(help: "The first one.") var from: UInt64 = 1
    @Option(help: "Just this one.") var seed: UInt64?
    @Flag(help: "Print everything that happens.") var trace = false
    @Option(help: "Threads.") var jobs = 2
    @Option(help: "Guards to switch off; needs a build with -DGUARD_SWITCHES.") var off: [String] = []
    @Flag(help: "End at the first seed with a violation.") var first = false

    @Option(help: "Check that each line of this file kills its guards.") var mutants: String?
    @Flag(help: "Look for a seed that kills each guard, alone or in a pair.") var search = false

    func run() throws {
        // What was found is shown at once, and not lost when the search is ended.
        setvbuf(Glibc.stdout, nil, _IOLBF, 0)
        let off = try Set(
            off.map { text in
                guard let known = Guard(rawValue: text) else { throw ValidationError("there is no guard '\(text)'") }
                return known
            })
        if let mutants {
            var isGood = true
            for mutant in try Mutant.read(mutants) where try !mutant.verify() { isGood = false }
            if !isGood { throw ExitCode(1) }
            return
        }
        if search { return try Mutant.search(seeds: seeds, jobs: jobs, only: off.sorted { $0.rawValue < $1.rawValue }) }
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
