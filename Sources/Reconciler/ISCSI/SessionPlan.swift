import StateSpec

/// Adds to the steps about domains those about iSCSI targets: a session before the domain that needs it, and its end
/// after the last one that did.
struct SessionPlan {
    /// All steps, numbered anew, each after those it waits for.
    let steps: [Step]

    init(_ context: PlanContext, _ domainSteps: [Step]) {
        guard context.usesISCSI else {
            steps = domainSteps
            return
        }
        var draft = Draft(SessionTraffic(context, domainSteps), context)
        for index in context.sessions.nodes.keys.sorted() { draft.plan(index) }
        steps = draft.steps(around: domainSteps)
    }
}

/// A plan of sessions that is being made. Numbers of steps about domains are as they were before any were added.
private struct Draft {
    /// A step about a target, not numbered yet.
    private struct Move {
        let target: ISCSITargetName
        let action: Action
        let reason: Reason
        /// The steps about domains that it waits for, by their old numbers.
        var behindSteps: [Int] = []
        /// The move among the last ones that it waits for.
        var behindMove: Int?
        let sight: Precondition
    }

    private let context: PlanContext
    private let traffic: SessionTraffic
    private let wishes: SessionWishes
    private var before: [Move] = []
    private var after: [Move] = []
    /// Which moves a step about a domain waits for.
    private var waits: [Int: [Int]] = [:]

    init(_ traffic: SessionTraffic, _ context: PlanContext) {
        self.traffic = traffic
        self.context = context
        wishes = SessionWishes(context, arrivals: traffic.arrivals.map { ($0.spec, $0.definition, $0.node) })
    }

    /// Whether the run is about the whole cluster: one about single domains, or under a tip that cannot be used, does only
    /// what those need.
    private func isWhole(_ index: Int) -> Bool {
        let options = context.request.options
        if let rescan = options.rescan { return rescan.contains(context.roster.entries[index].name) }
        return options.only == nil && options.balance == nil && options.held == nil
    }

    mutating func plan(_ index: Int) {
        let entry = context.roster.entries[index]
        guard let seen = context.sessions.nodes[index], let spec = entry.spec, !spec.retired, !entry.isFencedBoot else {
            return
        }
        let ours = Set(context.sessions.targets)
        let strangers = Set(seen.sessions.map(\.target) + seen.records.map(\.target)).subtracting(ours)
        for target in context.sessions.targets + strangers.sorted() {
            guard !context.isUnsettled(target, on: index) else { continue }
            come(target, index, seen, spec)
            go(target, index, seen)
        }
    }

    // MARK: - Before

    private mutating func come(
        _ target: ISCSITargetName, _ index: Int, _ seen: ObservedISCSI, _ node: NodeSpec
    ) {
        guard let wished = context.sessions.wished[target], seen.initiator != nil,
            case .wanted(let reason) = wishes.standing(of: target, on: index)
        else { return }
        let sessions = seen.sessions(of: target)
        let arrivals = traffic.arrivals(of: target, on: index)
        // Rule S1: what no domain waits for can wait until every node has answered.
        let mayComeUnasked = isWhole(index) && context.roster.silent.isEmpty && node.maintenance == nil
        let missing = wished.spec.portals.filter { portal in !sessions.contains { $0.portal == portal } }
        if !missing.isEmpty, !arrivals.isEmpty || mayComeUnasked {
            let login = add(target, .login, index, reason, seen)
            for arrival in arrivals where sessions.isEmpty || arrival.lacksDevice(on: index, context) {
                waits[arrival.step, default: []].append(login)
            }
        }
        let options = context.request.options
        let isAsked = options.rescan != nil && !options.isRescanned && isWhole(index)
        guard !sessions.isEmpty, !arrivals.isEmpty || isAsked else { return }
        let why = arrivals.first.map { Reason.sessionRefreshed(for: $0.spec.name.text) } ?? .rescanAsked()
        let rescan = add(target, .rescan, index, why, seen)
        for arrival in arrivals { waits[arrival.step, default: []].append(rescan) }
    }

    private mutating func add(
        _ target: ISCSITargetName, _ action: SessionAction, _ index: Int, _ reason: Reason, _ seen: ObservedISCSI
    ) -> Int {
        before.append(move(target, action, index, reason, seen))
        return before.count - 1
    }

    private func move(
        _ target: ISCSITargetName, _ action: SessionAction, _ index: Int, _ reason: Reason, _ seen: ObservedISCSI
    ) -> Move {
        Move(
            target: target, action: .iscsi(action, on: context.roster.entries[index].name), reason: reason,
            sight: Precondition(context, target, on: index))
    }

    // MARK: - After

    private mutating func go(_ target: ISCSITargetName, _ index: Int, _ seen: ObservedISCSI) {
        let standing = wishes.standing(of: target, on: index)
        // Rule S7: what no applied commit ever named is nobody's business.
        guard standing != .foreign || !Guard.foreignTargetIsKept.isOn else { return }
        let keepers = SessionKeepers(context, wishes.users, target, on: index)
        let sessions = seen.sessions(of: target)
        let leaving = traffic.departures(from: index).filter { uuid, _ in keepers.users.contains { $0.uuid == uuid } }
        let isPresented = if case .wanted = standing { true } else { false }
        let isEverywhere = context.sessions.wished[target]?.spec.presentation == .everywhere
        let stays = keepers.words(leaving: Set(leaving.keys))
        // A session that is wanted for a domain that leaves is not wanted any more behind its departure.
        let isOver = !isEverywhere && (!isPresented || !leaving.isEmpty)
        guard isOver, stays.isEmpty, isWhole(index) || !leaving.isEmpty else {
            return removeDevices(target, index, seen, keepers, leaving, isEverywhere: isEverywhere)
        }
        let reason: Reason = standing == .departed ? .sessionDeparted() : .sessionIdle()
        if !sessions.isEmpty {
            var logout = move(target, .logout, index, reason, seen)
            logout.behindSteps = leaving.values.sorted()
            after.append(logout)
        }
        guard standing == .departed, seen.records.contains(where: { $0.target == target }) else { return }
        var forget = move(target, .forget, index, reason, seen)
        if !sessions.isEmpty { forget.behindMove = after.count - 1 }
        after.append(forget)
    }

    /// Disks of LUNs that nobody uses any more, of sessions that others use; and those whose LUN is gone.
    private mutating func removeDevices(
        _ target: ISCSITargetName, _ index: Int, _ seen: ObservedISCSI, _ keepers: SessionKeepers,
        _ leaving: [DomainUUID: Int], isEverywhere: Bool
    ) {
        let sessions = seen.sessions(of: target).filter { $0.state == .loggedIn }
        for lun in Set(sessions.flatMap(\.devices).map(\.lun)).sorted() {
            let users = keepers.users(of: lun)
            let behind = leaving.filter { uuid, _ in users.contains { $0.uuid == uuid } }
            let isGone = sessions.allSatisfy { $0.devices.filter { $0.lun == lun }.allSatisfy { $0.bytes == 0 } }
            let isLeft = !behind.isEmpty && !isEverywhere
            guard isLeft || isGone && isWhole(index), keepers.words(of: lun, leaving: Set(behind.keys)).isEmpty else {
                continue
            }
            let name = users.first { behind[$0.uuid] != nil }?.name
            let reason = isGone ? Reason.lunGone() : .lunIdle(name ?? "its domain")
            var removal = move(target, .removeDevice(lun: lun), index, reason, seen)
            removal.behindSteps = behind.values.sorted()
            after.append(removal)
        }
    }

    // MARK: - Numbers

    func steps(around domainSteps: [Step]) -> [Step] {
        let shift = before.count
        let first = shift + domainSteps.count
        func step(_ move: Move, _ id: Int) -> Step {
            let waits = move.behindSteps.map { $0 + shift } + (move.behindMove.map { [first + $0 + 1] } ?? [])
            return Step(
                id: id, subject: .target(move.target), action: move.action, reason: move.reason, after: waits.sorted(),
                precondition: move.sight)
        }
        let moved = domainSteps.map { old in
            Step(
                id: old.id + shift, subject: old.subject, action: old.action, reason: old.reason,
                after: ((waits[old.id] ?? []).map { $0 + 1 } + old.after.map { $0 + shift }).sorted(),
                precondition: old.precondition)
        }
        return before.enumerated().map { step($1, $0 + 1) } + moved
            + after.enumerated().map { step($1, first + $0 + 1) }
    }
}

extension Precondition {
    /// What a node has to do with a target, as far as a step about it is bound to that.
    init(_ context: PlanContext, _ target: ISCSITargetName, on index: Int) {
        let entry = context.roster.entries[index]
        guard let node = entry.node, let seen = context.sessions.nodes[index] else {
            self.init(silent: context.roster.silent.map(\.name))
            return
        }
        let sessions = seen.sessions(of: target).map { session in
            ISCSISession(
                number: session.number, target: target, portal: session.portal, state: session.state,
                devices: session.devices.map {
                    ISCSIDevice(name: $0.name, lun: $0.lun, wwid: $0.wwid, bytes: $0.bytes, state: $0.state)
                })
        }
        self.init(
            silent: context.roster.silent.map(\.name),
            sessions: SessionSight(
                bootID: node.bootID, sessions: sessions, records: seen.records.filter { $0.target == target }))
    }
}
