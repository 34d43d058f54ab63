import StateSpec

/// Whether each LUN of our targets is there, and is one and the same storage on every path and node, and by git's pin.
struct LUNFindings {
    /// A disk of a LUN on a node.
    private struct Sight {
        let node: Int
        let session: ISCSISession
        let device: ISCSIDevice
    }

    private let context: PlanContext
    private let plan: Plan
    private let luns: [(target: ISCSITargetName, number: Int, sights: [Sight])]

    init(_ context: PlanContext, _ plan: Plan) {
        self.context = context
        self.plan = plan
        var sights: [ISCSITargetName: [Int: [Sight]]] = [:]
        for (index, seen) in context.sessions.nodes {
            // Rule S7: what no applied commit named is not ours to judge.
            for session in seen.sessions where context.sessions.named.contains(session.target) {
                for device in session.devices {
                    let sight = Sight(node: index, session: session, device: device)
                    sights[session.target, default: [:]][device.lun, default: []].append(sight)
                }
            }
        }
        luns = sights.sorted { $0.key < $1.key }.flatMap { target, numbers in
            numbers.sorted { $0.key < $1.key }.map { number, sights in
                (target, number, sights.sorted { ($0.node, $0.session.number) < ($1.node, $1.session.number) })
            }
        }
    }

    var findings: [Alert] {
        luns.flatMap { target, number, sights in
            let there = sights.filter { $0.device.bytes > 0 }
            let differs = identity(target, number, there).map { [$0] } ?? size(target, number, there)
            return gone(target, number, sights) + differs
        }
    }

    /// A finding for each node; of several paths, all have lost it.
    private func gone(_ target: ISCSITargetName, _ number: Int, _ sights: [Sight]) -> [Alert] {
        Dictionary(grouping: sights.filter { $0.device.bytes == 0 }, by: \.node).sorted { $0.key < $1.key }.map {
            index, lost in
            let names = lost.map { "/dev/\(Escaped($0.device.name).bare)" }.joined(separator: ", ")
            let users = Set(lost.flatMap(\.device.users)).sorted().map(\.description)
            let node = context.roster.entries[index].name
            return alert(
                .lunGone, target, number, on: node,
                "its target does not have it any more, and the node still has \(names)"
                    + (users.isEmpty ? "" : ", used by \(users.joined(separator: ", "))"),
                severity: .warning,
                hint: users.isEmpty
                    ? removal(target, number, node) : "look at the storage: whoever uses it cannot read or write")
        }
    }

    /// What the plan does about it, or what to look at first.
    private func removal(_ target: ISCSITargetName, _ number: Int, _ node: NodeName) -> String {
        let action = Action.iscsi(.removeDevice(lun: number), on: node)
        let isPlanned = plan.steps.contains { $0.subject == .target(target) && $0.action == action }
        return isPlanned
            ? "`havirt apply --yes` would \(action)" : "`havirt node iscsiscan \(node) --yes` reads it anew first"
    }

    /// The first that holds: another than git's pin, another by another path, another on another node.
    private func identity(_ target: ISCSITargetName, _ number: Int, _ sights: [Sight]) -> Alert? {
        let groups = groups(sights, by: Self.wwid)
        guard let first = groups.first else { return nil }
        let words = groups.map { "\($0.words) on \($0.nodes)" }.joined(separator: ", ")
        let pinned = context.sessions.wished[target]?.target.luns.first { $0.lun == number }?.wwid
        if let pin = pinned.map(WWID.init) {
            let wrong = sights.filter { $0.device.wwid != pin }
            guard !wrong.isEmpty else { return nil }
            let node =
                Set(wrong.map(\.node)).count == 1 ? wrong.first.map { context.roster.entries[$0.node].name } : nil
            let strange = self.groups(wrong, by: Self.wwid).map { "\($0.words) on \($0.nodes)" }
            return alert(
                .lunDiffers, target, number, on: node,
                "is other storage than git pins: \(strange.joined(separator: ", ")), and should be"
                    + " \(Escaped(pin.text).bare)",
                severity: .error,
                hint: "no domain is started on it; put the storage right, or pin the new WWID if that is meant")
        }
        guard groups.count > 1 else { return nil }
        let node = Set(sights.map(\.node)).count == 1 ? context.roster.entries[first.sights[0].node].name : nil
        let paths = groups.map { "\($0.words) at \($0.paths)" }.joined(separator: ", ")
        return alert(
            .lunDiffers, target, number, on: node,
            node == nil
                ? "is not the same storage everywhere: \(words)" : "is not the same storage by each path: \(paths)",
            severity: .error,
            hint: "`havirt node iscsiscan --yes` reads all anew; if they still differ, the storage maps it differently")
    }

    private static func wwid(_ sight: Sight) -> String {
        sight.device.wwid.map { Escaped($0.text).bare } ?? "without a WWID"
    }

    private func size(_ target: ISCSITargetName, _ number: Int, _ sights: [Sight]) -> [Alert] {
        let groups = groups(sights) { ByteCount.words($0.device.bytes) }
        guard groups.count > 1, let first = groups.first else { return [] }
        let node = Set(sights.map(\.node)).count == 1 ? context.roster.entries[first.sights[0].node].name : nil
        let words = groups.map { node == nil ? "\($0.words) on \($0.nodes)" : "\($0.words) at \($0.paths)" }
        return [
            alert(
                .lunDiffers, target, number, on: node, "has not one size: \(words.joined(separator: ", "))",
                severity: .warning, hint: "`havirt node iscsiscan --yes` reads it anew")
        ]
    }

    /// Sights that say the same, in order of the first node that says it.
    private struct Group {
        let words: String
        var sights: [Sight]
        let roster: Roster

        var nodes: String {
            var names: [String] = []
            for sight in sights where names.last != roster.entries[sight.node].name.text {
                names.append(roster.entries[sight.node].name.text)
            }
            return names.joined(separator: " and ")
        }
        var paths: String { sights.map { "\($0.session.portal)" }.joined(separator: " and ") }
    }

    private func groups(_ sights: [Sight], by words: (Sight) -> String) -> [Group] {
        var groups: [Group] = []
        for sight in sights {
            let words = words(sight)
            if let index = groups.firstIndex(where: { $0.words == words }) {
                groups[index].sights.append(sight)
            } else {
                groups.append(Group(words: words, sights: [sight], roster: context.roster))
            }
        }
        return groups
    }

    private func alert(
        _ code: AlertCode, _ target: ISCSITargetName, _ number: Int, on node: NodeName?, _ message: String,
        severity: Severity, hint: String
    ) -> Alert {
        Alert(
            severity: severity, code: code.rawValue, subject: "LUN \(number) of \(target)", node: node,
            message: message, hint: hint)
    }
}
