import StateSpec

/// What each node should have to do with each target, by git and by who runs where.
struct SessionWishes {
    /// Of one target on one node.
    enum Standing: Equatable {
        /// It should have sessions with it.
        case wanted(Reason)
        /// Git names it, and nothing there needs it.
        case idle
        /// A commit that was applied named it, and git does not any more.
        case departed
        /// No applied commit ever named it: it is never touched (rule S7).
        case foreign
    }

    let users: LUNUsers
    private let context: PlanContext

    /// - Parameter arrivals: domains that are to come to nodes, by index.
    init(_ context: PlanContext, arrivals: [(spec: DomainSpec, definition: DomainDefinition, node: Int)] = []) {
        self.context = context
        var users = LUNUsers(context)
        for arrival in arrivals {
            users.note(arrival.spec.name.text, arrival.spec.uuid, arrival.definition, on: arrival.node)
        }
        self.users = users
    }

    /// How a target stands on a node of the roster.
    func standing(of target: ISCSITargetName, on index: Int) -> Standing {
        let sessions = context.sessions
        guard let wished = sessions.wished[target] else {
            return sessions.named.contains(target) ? .departed : .foreign
        }
        let entry = context.roster.entries[index]
        guard let spec = entry.spec, !spec.retired, !entry.isFencedBoot else { return .idle }
        if let user = users.users(of: target, on: index).first {
            return .wanted(.sessionNeeded(by: user.name, others: users.users(of: target, on: index).count - 1))
        }
        return wished.spec.presentation == .everywhere ? .wanted(.sessionEverywhere(wished.spec.name)) : .idle
    }

    /// The targets that a node should have sessions with, in order.
    func wanted(on index: Int) -> [ISCSITargetName] {
        context.sessions.targets.filter { if case .wanted = standing(of: $0, on: index) { true } else { false } }
    }
}

extension Reason {
    static func sessionEverywhere(_ name: PortalName) -> Reason {
        Reason("session-everywhere", "\(name) is to be everywhere")
    }
    static func sessionNeeded(by domain: String, others: Int) -> Reason {
        Reason("session-needed", "\(domain) needs it here\(others > 0 ? ", and \(others) more" : "")")
    }
    static func sessionRefreshed(for domain: String) -> Reason {
        Reason("session-refreshed", "what is behind the disks of \(domain) is to be seen as it is now")
    }
    static func rescanAsked() -> Reason { Reason("rescan-asked", "asked for") }
    static func sessionIdle() -> Reason { Reason("session-idle", "nothing here needs it any more") }
    static func sessionDeparted() -> Reason { Reason("session-departed", "git names it no more, and nothing uses it") }
    static func lunIdle(_ domain: String) -> Reason { Reason("lun-idle", "\(domain) leaves, and nothing else uses it") }
    static func lunGone() -> Reason { Reason("lun-gone", "its target has it no more, and nothing uses it") }
}
