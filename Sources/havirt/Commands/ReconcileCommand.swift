import ArgumentParser
import ChildProcess
import Logging
import Reconciler
import ServiceLifecycle
import StateSpec
import UnixSignals

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "One pass of the loop, or one every so often.",
        discussion: """
            Like apply, for timers: fetches, scans, plans, acts. examples/systemd has a hardened service and its \
            timer.

            EXAMPLES
              havirt reconcile --yes                 one pass
              havirt reconcile --every 30s           watch: print each plan that differs
              havirt reconcile --every 30s --yes     act: a new lock and look each pass

            Asked to stop (SIGTERM, ^C), what acts begins nothing more and sees the steps under way to their end.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var act: ActOptions

    @Option(name: .long, help: ArgumentHelp("Go on, with this pause between passes.", valueName: "span"))
    var every: String?

    func validate() throws {
        guard let every else { return }
        guard let span = Seconds(parsing: every), span >= Seconds(1) else {
            throw ValidationError("--every takes a span of time such as 30s or 5m")
        }
        if act.maxStops != nil || act.maxMoves != nil {
            throw ValidationError("a budget is raised for one run, not for every pass of a loop: leave out --every")
        }
    }

    func run() async throws {
        let settings = try global.settings()
        let wiring = Wiring(settings: settings)
        guard let span = every.flatMap(Seconds.init(parsing:)) else {
            return try await Acting(wiring: wiring, options: act.planOptions, activity: "reconcile")
                .run(acts: act.acts(settings))
        }
        var logger = Logger(label: "havirt") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let pause = Duration.seconds(span.count)
        if act.acts(settings) { try settings.ssh.keys.demandActing() }
        let loop: any Service =
            act.acts(settings)
            ? ActingLoop(
                settings: settings, source: try wiring.source(), options: act.lock.planOptions, pause: pause,
                logger: logger)
            : Watch(
                wiring: wiring, round: try wiring.round(try wiring.source(), options: act.lock.planOptions),
                pause: pause, logger: logger)
        try await ServiceGroup(services: [loop], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }
}

/// Plans again and again, and prints a plan whenever it differs from the one before.
private struct Watch: Service {
    let wiring: Wiring
    let round: Round
    let pause: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await loop() }
    }

    private func loop() async {
        var shown = ""
        ProcessMemory.keepSmall()
        while !Task.isCancelled {
            do throws(RoundError) {
                let planned = try await round.plan()
                let text = PlanText.render(planned.plan)
                // The first line bears the time, which always differs.
                let body = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined()
                if body != shown { Terminal.out(wiring.text(of: planned.plan) + "\n") }
                shown = body
            } catch {
                logger.error("\(error)")
            }
            ProcessMemory.giveBack()
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }
}
