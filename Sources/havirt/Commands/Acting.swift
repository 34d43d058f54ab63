import FoundationEssentials
import Glibc
import Reconciler
import StateSpec
import Store

/// What commands share that act on the cluster: show the commands, or carry them out.
struct Acting {
    let wiring: Wiring
    let options: PlanOptions
    let activity: String
    var saved: SavedPlan?

    /// - Parameter acts: whether this run carries commands out.
    func run(acts: Bool) async throws {
        if acts {
            let applied = try await Self.carryOut(wiring, options, activity: activity, saved: saved)
            throw applied.isComplete ? ExitStatus.done : ExitStatus.blocked
        }
        do {
            try await show(try wiring.round(try wiring.source(), options: options))
        } catch let error as RoundError {
            Terminal.progressDone()
            throw Report.refusal(error.description, error.findings)
        }
    }

    private func show(_ round: Round) async throws {
        Terminal.progress("scanning the nodes …")
        var stale: [Outcome] = []
        let planned: Round.Planned
        if let saved {
            (planned, stale) = try await round.plan(restrictedTo: saved)
        } else {
            planned = try await round.plan()
        }
        Terminal.progressDone()
        Report.notes(planned.loaded)
        try Report.show(planned.plan, .text, wiring)
        Report.refused(stale)
        try Report.commands(planned.plan, planned.loaded.desired, by: try wiring.hypervisor())
        throw stale.isEmpty ? ExitStatus.of(planned.plan) : ExitStatus.blocked
    }

    /// A round that acts.
    ///
    /// - Parameters:
    ///   - isShown: whether the plan, each step and what came of it are printed.
    ///   - whileLocked: called with what came of it, before any other run can act on what is wished.
    static func carryOut(
        _ wiring: Wiring, _ planOptions: PlanOptions, activity: String, saved: SavedPlan? = nil, isShown: Bool = true,
        whileLocked: @escaping @Sendable (Round.Applied) async -> Void = { _ in }
    ) async throws -> Round.Applied {
        try wiring.settings.ssh.keys.demandActing()
        let stop = StopRequest()
        let round = try wiring.round(try wiring.source(), options: planOptions, isStopping: { stop.isAsked })
        do {
            return try await stop.whileListening {
                try await carryOut(
                    round, wiring, activity: activity, saved: saved, isShown: isShown, whileLocked: whileLocked)
            }
        } catch let error as RoundError {
            Terminal.progressDone()
            throw Report.refusal(error.description, error.findings)
        }
    }

    private static func carryOut(
        _ round: Round, _ wiring: Wiring, activity: String, saved: SavedPlan?, isShown: Bool,
        whileLocked: @Sendable (Round.Applied) async -> Void
    ) async throws -> Round.Applied {
        let plans = AppliedPlans(directory: wiring.settings.varDirectory)
        Terminal.progress("locking and scanning the nodes …")
        let applied = try await round.apply(
            from: origin, activity: activity, saved: saved,
            announce: { planned in
                Terminal.progressDone()
                Report.notes(planned.loaded)
                // Not before the lock is held and the plan stands, or a plan that could not begin would be used up.
                if let saved, planned.plan.refusal == nil { try plans.claim(saved.id) }
                if isShown { Terminal.out(wiring.text(of: planned.plan)) }
            },
            report: { if isShown { Report.event($0) } }, whileLocked: whileLocked)
        if isShown { Report.outcome(applied, wiring) }
        return applied
    }

    /// `user@host`, shown to whoever is refused the lock.
    static var origin: String {
        var name = [CChar](repeating: 0, count: 256)
        let host = gethostname(&name, name.count - 1) == 0 ? name : []
        let text = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let user = ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())"
        return "\(user)@\(text.isEmpty ? "unknown" : text)"
    }
}
