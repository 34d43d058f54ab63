import StateSpec

extension Recheck {
    /// Why a step about a target must not run now; nil if it may.
    ///
    /// - Parameter isSecondHalf: whether an earlier step of the plan has changed the same target on the same node.
    func objection(to step: Step, of target: ISCSITargetName, isSecondHalf: Bool) -> String? {
        guard Guard.recheckBeforeActing.isOn, case .iscsi(let action, let name) = step.action else { return nil }
        guard answers(name), let index = context.roster.index(of: name) else {
            return "\(name) does not answer any more"
        }
        guard let seen = context.sessions.nodes[index] else {
            let why = context.sessions.unknown[index] ?? "it was not asked"
            return "what \(name) has to do with the target cannot be told: \(why)"
        }
        if context.isUnsettled(target, on: index) {
            return "an earlier command for it may still take effect on \(name)"
        }
        let now = Precondition(context, target, on: index).sessions
        guard let planned = step.precondition.sessions, now?.bootID == planned.bootID else {
            return "\(name) has booted since it was planned"
        }
        switch action {
        // These take nothing away, and their commands are made of what is seen now.
        case .login: return context.sessions.wished[target] == nil ? "git does not name it" : nil
        case .rescan: return seen.sessions(of: target).isEmpty ? "it has no session on \(name) any more" : nil
        case .logout, .forget, .removeDevice:
            if now != planned, !isSecondHalf, Guard.stepsAreBoundToSights.isOn {
                return "its sessions on \(name) are not as they were when planned"
            }
            return objection(toTakeAway: action, target, index)
        }
    }

    /// Rule S12, judged by what is seen now and by what is on its way.
    private func objection(toTakeAway action: SessionAction, _ target: ISCSITargetName, _ index: Int) -> String? {
        let wishes = SessionWishes(context, arrivals: arrivals)
        let keepers = SessionKeepers(context, wishes.users, target, on: index)
        if case .removeDevice(let lun) = action {
            let words = keepers.words(of: lun, leaving: [])
            return words.isEmpty ? nil : "the disk is in use by \(words.joined(separator: ", "))"
        }
        switch wishes.standing(of: target, on: index) {
        case .idle, .departed: break
        case .wanted(let reason): return "it is wanted: \(reason)"
        case .foreign: return "no applied commit ever named it"
        }
        let words = keepers.words(leaving: [])
        return words.isEmpty ? nil : "it is in use by \(words.joined(separator: ", "))"
    }
}
