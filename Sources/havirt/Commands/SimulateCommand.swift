import ArgumentParser
import Reconciler
import SimulatedCluster
import StateSpec

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "What would happen if a node died, and would the domains survive?",
        discussion: """
            Makes simulated nodes that look as the real ones were seen, lets events happen one after the other, and \
            runs the loop as `reconcile --yes` does, in virtual time, until nothing more happens. Touches no node: \
            without --observed it scans, as `plan` does.

            EVENTS
              NODE dies                      its power goes, and does not come back
              NODE dies and is fenced        and an operator commits that it is off
              NODE is fenced                 an operator commits that it is off
              NODE reboots                   it is back after two minutes
              NODE is cut off [for 5m]       no network; what runs there goes on
              libvirtd of NODE freezes [for 2m]
              NODE goes into maintenance, NODE leaves maintenance
              commit REV is applied          the branch moves there
              wait 5m                        the loop goes on meanwhile
            Several nodes at once: "alpha and beta die". Each --event is one event.

            SIGNS
              !  an event    >  a step of havirt begins    <  what came of it
              -  what havirt does not do, and why    X  a domain runs on two nodes

            EXAMPLES
              havirt simulate --event "beta dies"
              havirt simulate --event "beta dies" --event "wait 5m" \\
                --event "beta is fenced"
              havirt simulate --observed scan.json --event "commit topic is applied"

            EXIT STATUS
              0  all domains that should run do in the end
              1  some do not, or one ran twice; or an error
              64 wrong usage
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .long, help: ArgumentHelp("A saved scan instead of asking the nodes.", valueName: "file"),
        completion: .file())
    var observed: String?

    @Option(name: .long, help: ArgumentHelp("A branch, tag or commit to begin with.", valueName: "rev"))
    var rev: String?

    @Option(
        name: .customLong("event"), parsing: .singleValue,
        help: ArgumentHelp("Something that happens; may be repeated.", valueName: "event"))
    var events: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many rounds of the loop at most.", valueName: "n"))
    var rounds = 50

    @Option(name: .long, help: "How to print it.")
    var format = PlanFormat.text

    static let roundsMax = 10_000
    static let eventsMax = 100

    func validate() throws {
        guard (1...Self.roundsMax).contains(rounds) else {
            throw ValidationError("--rounds takes a number from 1 to \(Self.roundsMax)")
        }
        guard events.count <= Self.eventsMax else { throw ValidationError("at most \(Self.eventsMax) events") }
        _ = try parsed()
    }

    private func parsed() throws -> [ClusterEvent] {
        do {
            return try events.map { text throws(EventProblem) in try EventGrammar.parse(text) }
        } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        let wiring = Wiring(settings: try global.settings())
        let (loaded, seen) = try await look(wiring)
        guard let commit = loaded.commit else {
            throw Failure("uncommitted files are never applied: commit them first")
        }
        let events = try parsed()
        for event in events {
            if let objection = event.objection(seen, loaded.desired) { throw ValidationError(objection) }
        }
        // What has expired is judged as of the observation, or the same input would not give the same story.
        let commits = try GitCommits(
            wiring.settings, revision: rev, isOffline: true, clock: StandingClock(moment: seen.takenAt))
        let time = VirtualTime(seed: 1)
        let simulation: Simulation
        do {
            simulation = try Simulation(
                seen, loaded.desired, SimulatedBranch(commits, at: commit), roundsMax: rounds, time: time)
        } catch let error as Unsimulatable {
            throw Failure(error.description)
        }
        let story = try time.run { () -> Result<Story, any Error> in
            do { return .success(try await simulation.play(events)) } catch { return .failure(error) }
        }.get()
        switch format {
        case .text: Terminal.out(StoryText.render(story))
        case .json: Terminal.out(try JSONText.encode(story))
        }
        throw story.survived ? ExitStatus.done : ExitStatus.blocked
    }

    private func look(_ wiring: Wiring) async throws -> (LoadedCommit, ObservedCluster) {
        do {
            let source = try wiring.source(revision: rev, isForSaved: observed != nil)
            if let observed {
                let seen = try Planning.saved(observed)
                let loaded = try await source.load(for: seen)
                Report.notes(loaded)
                return (loaded, seen)
            }
            Terminal.progress("scanning the nodes …")
            let planned = try await wiring.round(source, isPreview: rev != nil).plan()
            Terminal.progressDone()
            Report.notes(planned.loaded)
            return (planned.loaded, planned.observed)
        } catch let error as DesiredSourceError {
            throw Report.refusal(error.description, error.findings)
        } catch let error as RoundError {
            throw Report.refusal(error.description, error.findings)
        }
    }
}
