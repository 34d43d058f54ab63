import FoundationEssentials
import Glibc
import Reconciler
import StateSpec
import Store

/// What `apply` and `reconcile` share: show the commands, or carry them out.
struct Acting {
    let wiring: Wiring
    let options: ActOptions
    let activity: String
    let saved: SavedPlan?

    func run() async throws {
        var planOptions = PlanOptions()
        planOptions.stopsMax = options.maxStops
        planOptions.movesMax = options.maxMoves
        let round = try wiring.round(try wiring.source(), options: planOptions)
        do {
            if options.acts(wiring.settings) {
                try await carryOut(round)
            } else {
                try await show(round)
            }
        } catch let error as RoundError {
            Terminal.progressDone()
            throw Report.refusal(error.description, error.findings)
        }
    }

    private func show(_ round: Round) async throws {
        Terminal.progress("scanning the nodes …")
        let planned = try await round.plan()
        Terminal.progressDone()
        Report.notes(planned.loaded)
        try Report.show(planned.plan, .text)
        try Report.commands(planned, by: try wiring.hypervisor())
        throw ExitStatus.of(planned.plan)
    }

    private func carryOut(_ round: Round) async throws {
        if let saved { try AppliedPlans(directory: wiring.settings.varDirectory).claim(saved.id) }
        Terminal.progress("locking and scanning the nodes …")
        let applied = try await round.apply(
            from: Self.origin, activity: activity, saved: saved,
            announce: { planned in
                Terminal.progressDone()
                Report.notes(planned.loaded)
                Terminal.out(PlanText.render(planned.plan, style: Terminal.wantsColour ? .ansi : .plain))
            },
            report: Report.event)
        Report.outcome(applied)
        throw applied.isComplete ? ExitStatus.done : ExitStatus.blocked
    }

    /// `user@host`, shown to whoever is refused the lock.
    private static var origin: String {
        var name = [CChar](repeating: 0, count: 256)
        let host = gethostname(&name, name.count - 1) == 0 ? name : []
        let text = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let user = ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())"
        return "\(user)@\(text.isEmpty ? "unknown" : text)"
    }
}
