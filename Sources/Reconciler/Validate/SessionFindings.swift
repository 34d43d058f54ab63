import StateSpec

/// Whether each node has the iSCSI sessions that are wished there, and no others: one finding for each target of a node.
struct SessionFindings {
    private let context: PlanContext
    private let wishes: SessionWishes
    /// What the plan does about targets.
    private let steps: [Step]

    init(_ context: PlanContext, _ plan: Plan) {
        self.context = context
        wishes = SessionWishes(context)
        steps = plan.steps.filter { if case .target = $0.subject { true } else { false } }
    }

    var findings: [Alert] {
        notAsked
            + context.roster.entries.indices.flatMap { index -> [Alert] in
                let entry = context.roster.entries[index]
                guard let node = entry.node, entry.spec.map({ !$0.retired }) ?? false else { return [] }
                switch node.iscsi {
                case nil: return []
                case .unknown(let why)?: return [unknown(why, on: entry.name)]
                case .known(let seen)?: return findings(index, entry.name, seen)
                }
            }
    }

    private func findings(_ index: Int, _ node: NodeName, _ seen: ObservedISCSI) -> [Alert] {
        let ours = Set(context.sessions.targets)
        let others = Set(seen.sessions.map(\.target) + seen.records.map(\.target)).subtracting(ours)
        return (context.sessions.targets + others.sorted()).flatMap { target -> [Alert] in
            let sight = Sight(
                index: index, node: node, target: target, sessions: seen.sessions(of: target),
                records: seen.records.filter { $0.target == target })
            let standing = wishes.standing(of: target, on: index)
            let found: Alert? =
                switch standing {
                case .wanted(let reason): wanted(sight, reason, hasInitiator: seen.initiator != nil)
                case .idle, .departed: stale(sight, isDeparted: standing == .departed)
                case .foreign: extra(sight)
                }
            return [found, standing == .foreign ? nil : automatic(sight)].compactMap { $0 }
        }
    }

    /// What a node has to do with a target.
    private struct Sight {
        let index: Int
        let node: NodeName
        let target: ISCSITargetName
        let sessions: [ISCSISession]
        let records: [ISCSINodeRecord]
    }

    // MARK: - Wanted

    private func wanted(_ sight: Sight, _ reason: Reason, hasInitiator: Bool) -> Alert? {
        let portals = context.sessions.wished[sight.target]?.spec.portals ?? []
        let missing = portals.filter { portal in !sight.sessions.contains { $0.portal == portal } }
        let down = sight.sessions.filter { $0.state != .loggedIn }
        if !missing.isEmpty {
            let broken = down.isEmpty ? "" : "; the session through \(Self.list(down.map(\.portal))) has failed"
            let what =
                missing.count == portals.count
                ? "has no session with it" : "has no session with it through \(Self.list(missing))"
            return alert(
                .sessionMissing, sight, "\(what): \(reason.text)\(broken)",
                severity: context.roster.entries[sight.index].spec?.maintenance == nil ? .warning : .notice,
                hint: hasInitiator
                    ? hint(sight, "log in")
                    : "the node has no iscsiadm: install open-iscsi there, and let iscsid.socket come up at boot")
        }
        if !down.isEmpty { return failed(sight, down) }
        let strange = sight.sessions.filter { !portals.contains($0.portal) }
        guard !strange.isEmpty else { return nil }
        return alert(
            .sessionExtra, sight,
            "has a session with it through \(Self.list(strange.map(\.portal))), which git does not name as its portal",
            hint: "add the portal to the file of iscsi/, or log out of it once nothing uses it",
            remedies: users(of: strange).isEmpty ? strange.map { logout($0, on: sight.node) } : [])
    }

    private func failed(_ sight: Sight, _ down: [ISCSISession]) -> Alert {
        let isLost = down.contains { $0.state == .failed }
        let list = Self.list(down.map(\.portal))
        let users = users(of: down)
        let waits = users.isEmpty ? "" : "; \(users.joined(separator: ", ")) may wait for it"
        return alert(
            .sessionFailed, sight,
            (isLost ? "has lost it at \(list)" : "has a session through \(list) that is about to come or go") + waits,
            severity: isLost ? .warning : .notice,
            hint: isLost
                ? "look at the storage and the way to it; the session comes back by itself once the portal answers"
                : "look again in a minute")
    }

    // MARK: - Not wanted

    private func stale(_ sight: Sight, isDeparted: Bool) -> Alert? {
        guard !sight.sessions.isEmpty else { return nil }
        let why = isDeparted ? "and git does not name it any more" : "and nothing there needs it"
        let keepers = SessionKeepers(context, wishes.users, sight.target, on: sight.index).words(leaving: [])
        let kept = keepers.isEmpty ? "" : "; it is used by \(keepers.joined(separator: ", "))"
        return alert(
            .sessionStale, sight, "is logged in, \(why)\(state(of: sight.sessions))\(kept)",
            hint: keepers.isEmpty
                ? hint(sight, "log out") : "havirt logs out once nothing uses it, or name the target in iscsi/ again")
    }

    /// Rule S7: only told of.
    private func extra(_ sight: Sight) -> Alert? {
        guard !sight.sessions.isEmpty else { return nil }
        let users = users(of: sight.sessions)
        let kept = users.isEmpty ? "" : "; it is used by \(users.joined(separator: ", "))"
        return alert(
            .sessionExtra, sight,
            "is logged in through \(Self.list(sight.sessions.map(\.portal))), and no applied commit ever named it:"
                + " havirt never touches it\(state(of: sight.sessions))\(kept)",
            hint: users.isEmpty ? "name it in a file of iscsi/, or log out" : "name it in a file of iscsi/",
            remedies: users.isEmpty ? sight.sessions.map { logout($0, on: sight.node) } : [])
    }

    // MARK: - Records

    private func automatic(_ sight: Sight) -> Alert? {
        let records = sight.records.filter { $0.startup != "manual" }
        guard !records.isEmpty else { return nil }
        let words = records.map { "\(Escaped($0.startup, charactersMax: 20).bare) through \($0.portal)" }
        return alert(
            .startupAutomatic, sight,
            "would be logged in when that node boots (node.startup is \(words.joined(separator: ", ")))",
            remedies: records.map { record in
                Remedy(
                    on: sight.node,
                    .run(
                        Self.iscsiadm(record.target, record.portal)
                            + ["-o", "update", "-n", "node.startup", "-v", "manual"]))
            })
    }

    // MARK: - What is not known

    private func unknown(_ why: String, on node: NodeName) -> Alert {
        Alert(
            severity: context.sessions.named.isEmpty ? .notice : .warning, code: AlertCode.iscsiUnknown.rawValue,
            subject: "iSCSI", node: node,
            message: "its sessions cannot be told: \(why)",
            hint:
                "compare `iscsiadm -m session` there with /sys/class/iscsi_session; havirt changes nothing about sessions"
                + " there until both agree")
    }

    /// A scan by an older havirt has no sessions in it. That is not the same as none.
    private var notAsked: [Alert] {
        guard !context.sessions.named.isEmpty else { return [] }
        let nodes = context.roster.entries.filter { $0.node.map { $0.iscsi == nil } ?? false }.map(\.name.text)
        guard !nodes.isEmpty else { return [] }
        return [
            Alert(
                severity: .notice, code: AlertCode.notScanned.rawValue, subject: "iSCSI",
                message: "sessions were not looked at on \(nodes.joined(separator: ", "))",
                hint: "`havirt node scan --save FILE` saves a scan with all that is checked")
        ]
    }

    // MARK: - Words

    private func alert(
        _ code: AlertCode, _ sight: Sight, _ message: String, severity: Severity = .warning, hint: String? = nil,
        remedies: [Remedy] = []
    ) -> Alert {
        Alert(
            severity: severity, code: code.rawValue, subject: sight.target.text, node: sight.node, message: message,
            hint: hint, remedies: remedies)
    }

    /// What the plan does about it, or for what it waits.
    private func hint(_ sight: Sight, _ what: String) -> String {
        let step = steps.first { step in
            guard case .target(let target) = step.subject else { return false }
            return target == sight.target && step.action.node == sight.node
        }
        if let step { return "`havirt apply --yes` would \(step.action)" }
        if context.isUnsettled(sight.target, on: sight.index) {
            return "a command for it may still take effect there: look again in a minute"
        }
        if let silent = context.roster.silent.first { return "havirt would \(what) once \(silent.name) answers" }
        if context.roster.entries[sight.index].spec?.maintenance != nil {
            return "havirt would \(what) once the maintenance is over, or for a domain that comes there"
        }
        return "havirt would \(what), but not in this plan: see `havirt plan`"
    }

    private func state(of sessions: [ISCSISession]) -> String {
        sessions.contains { $0.state == .failed } ? "; the session has failed" : ""
    }

    /// Whoever uses disks of sessions, each once.
    private func users(of sessions: [ISCSISession]) -> [String] {
        var words: [String] = []
        for user in sessions.flatMap(\.devices).flatMap(\.users) where !words.contains("\(user)") {
            words.append("\(user)")
        }
        return words
    }

    private func logout(_ session: ISCSISession, on node: NodeName) -> Remedy {
        Remedy(on: node, .run(Self.iscsiadm(session.target, session.portal) + ["--logout"]))
    }

    private static func iscsiadm(_ target: ISCSITargetName, _ portal: ISCSIPortal) -> [String] {
        ["iscsiadm", "-m", "node", "-T", target.text, "-p", "\(portal)"]
    }

    private static func list(_ portals: [ISCSIPortal]) -> String { portals.map(\.description).joined(separator: ", ") }
}
