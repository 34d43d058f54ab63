import Logging
import Reconciler
import ServiceLifecycle
import StateSpec
import Synchronization

/// Acts again and again. Each pass is a round of its own: a new run, lock and epoch, and a fresh look at everything.
///
/// Asked to stop, it begins no more steps, sees those under way to their end, writes down what came of them, and gives
/// its locks back.
final class ActingLoop: Service {
    private let settings: ControllerSettings
    private let source: any DesiredSource
    private let options: PlanOptions
    private let pause: Duration
    private let logger: Logger
    private let shown = Mutex("")

    init(
        settings: ControllerSettings, source: any DesiredSource, options: PlanOptions, pause: Duration, logger: Logger
    ) {
        self.settings = settings
        self.source = source
        self.options = options
        self.pause = pause
        self.logger = logger
    }

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            do {
                try await pass()
            } catch {
                logger.error("\(error)")
            }
            do {
                try await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
            } catch {
                return
            }
        }
    }

    private func pass() async throws {
        let wiring = Wiring(settings: settings)
        let round = try wiring.round(
            source, options: options, isStopping: { Task.isShuttingDownGracefully })
        let applied = try await round.apply(
            from: Acting.origin, activity: "reconcile --every", announce: { self.show($0.plan, wiring) },
            report: Report.event)
        if !applied.outcomes.isEmpty { Report.outcome(applied, wiring) }
    }

    /// A plan that says the same as the one before is not shown again.
    private func show(_ plan: Plan, _ wiring: Wiring) {
        let text = PlanText.render(plan)
        // The first line bears the time, which always differs.
        let body = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
        let isNew = shown.withLock { shown in
            defer { shown = body }
            return shown != body
        }
        if isNew { Terminal.out(wiring.text(of: plan) + "\n") }
    }
}
