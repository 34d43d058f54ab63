import StateSpec

/// What the plan decided about domains, as drift: each wish that does not hold now, whether or not it can be fulfilled.
enum DomainDrift {
    static func findings(_ context: PlanContext, _ plan: Plan) -> [Alert] {
        let steps = Dictionary(plan.steps.compactMap { step in step.domain.map { ($0.uuid, step) } }) { first, _ in
            first
        }
        return plan.decisions.compactMap { finding($0, steps[$0.domain.uuid], context) }
    }

    private static func finding(_ decision: Decision, _ step: Step?, _ context: PlanContext) -> Alert? {
        let homes = context.homes.sights(of: decision.domain.uuid).filter {
            context.roster.domain($0).activity.holdsDisks
        }
        guard let (code, severity) = code(of: decision, isActive: !homes.isEmpty) else { return nil }
        // Of one that is active on several nodes, the message names them all.
        let home = homes.count == 1 ? homes.first.map { context.roster.entries[$0.node].name } : nil
        return Alert(
            severity: severity, code: code.rawValue, subject: decision.domain.name.text, node: home,
            message: decision.reason.text, hint: hint(decision, step))
    }

    /// Nil for what is no drift: what is in sync, what a person has said to leave alone, and who only makes room.
    private static func code(
        of decision: Decision, isActive: Bool
    ) -> (AlertCode, Severity)? {
        switch decision.reason.code {
        case "in-sync", "held", "not-selected", "makes-room", "balance", "bring-back", "cannot-return",
            "start-asked", "stop-asked", "restart-asked", "move-asked", "no-node":
            return nil
        case "keepalive": return (.notRunning, .warning)
        case "wished-stopped": return (.notStopped, .warning)
        case "pruned": return (.notPruned, .warning)
        case "off-place": return (.misplaced, .warning)
        case "drain", "retire": return (.notDrained, .warning)
        // Why it cannot be done now is in the message.
        case "no-place", "no-order", "unprotected": return isActive ? (.cannotLeave, .warning) : (.notRunning, .warning)
        case "cannot-leave": return (.cannotLeave, .warning)
        case "in-flight", "stopping", "leftover-once": return (.inTransition, .notice)
        default: break
        }
        // Every other reason is a code of its own, which a test holds on to.
        guard let code = AlertCode(rawValue: decision.reason.code) else { return (.alarm, .warning) }
        switch code {
        case .doubleRun, .diskClash, .strayProcess, .identity, .notUnderstood, .hiddenDisks, .homeUnknown, .critical,
            .alarm, .outlawed:
            return (code, .error)
        case .inTransition: return (code, .notice)
        default: return (code, .warning)
        }
    }

    private static func hint(_ decision: Decision, _ step: Step?) -> String? {
        if let step { return "`havirt apply --yes` would \(step.action)" }
        switch decision.reason.code {
        case "double-run": return "look on each of the nodes which copy is the right one; stop the other by hand"
        case "paused": return "a person resumes it, or `havirt domain hold` says that it stays so"
        case "in-flight", "in-transition", "stopping", "leftover-once": return "look again in a minute"
        default: return nil
        }
    }
}
