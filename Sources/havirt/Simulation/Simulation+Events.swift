import Reconciler
import SimulatedCluster
import StateSpec
import Store

extension Simulation {
    /// Lets something happen now.
    func happen(_ event: ClusterEvent) throws {
        disturb()
        switch event {
        case .wait: return
        case .commit(let revision):
            try branch.move(to: revision)
            if let desired = try branch.load(try branch.tip()).state { stage.admit(desired) }
            say(.event, "the branch moves to \(Escaped(revision).bare), commit \(try branch.tip().short)")
        case .nodes(let names, let what):
            let nodes = names.compactMap { cluster.node($0) }
            switch what {
            case .dies, .diesAndIsFenced:
                occur("\(Self.list(names.map(\.text))) \(Self.verb(names, "loses", "lose")) power") {
                    for node in nodes { cluster.powerOff(node) }
                }
                if what == .diesAndIsFenced { for node in nodes { try fence(node) } }
            case .isFenced: for node in nodes { try fence(node) }
            case .reboots: reboot(nodes)
            case .isCutOff(let span): cutOff(nodes, span)
            case .daemonFreezes(let span): freeze(nodes, span)
            case .entersMaintenance: for node in nodes { try setMaintenance(node, true) }
            case .leavesMaintenance: for node in nodes { try setMaintenance(node, false) }
            }
        }
    }

    private static func verb(_ names: [some Any], _ one: String, _ many: String) -> String {
        names.count == 1 ? one : many
    }

    /// Says what happens, and which domains it takes down or brings up.
    private func occur(_ text: String, _ body: () -> Void) {
        disturb()
        let before = Set(watch.running.keys)
        body()
        let after = Set(watch.running.keys)
        let words = { (uuids: Set<DomainUUID>) in Self.list(uuids.map { self.name(of: $0) }.sorted()) }
        let (gone, come) = (before.subtracting(after), after.subtracting(before))
        let losses = gone.isEmpty ? "" : "; with it \(Self.verb(Array(gone), "goes", "go")) \(words(gone))"
        let gains = come.isEmpty ? "" : "; with it \(Self.verb(Array(come), "comes", "come")) \(words(come))"
        say(.event, text + losses + gains)
    }

    /// Lets something end after a while.
    private func later(_ span: Seconds, _ text: String, _ body: @escaping @Sendable () -> Void) {
        endings.append(cluster.time.milliseconds + span.count * 1_000)
        cluster.time.after(span.count * 1_000) { [self] in
            if !cluster.time.isOver { occur(text, body) }
        }
    }

    private func reboot(_ nodes: [SimulatedNode]) {
        let names = Self.list(nodes.map(\.name.text))
        occur("\(names) \(Self.verb(nodes, "reboots", "reboot"))") { for node in nodes { cluster.powerOff(node) } }
        later(Stage.reboot, "\(names) \(Self.verb(nodes, "is", "are")) back") { [cluster] in
            for node in nodes { cluster.powerOn(node) }
        }
    }

    private func cutOff(_ nodes: [SimulatedNode], _ span: Seconds?) {
        let names = Self.list(nodes.map(\.name.text))
        occur("\(names) \(Self.verb(nodes, "is", "are")) cut off; what runs there goes on") {
            for node in nodes { cluster.setPlugged(node, false) }
        }
        guard let span else { return }
        later(span, "\(names) can be reached again") { [cluster] in
            for node in nodes { cluster.setPlugged(node, true) }
        }
    }

    private func freeze(_ nodes: [SimulatedNode], _ span: Seconds?) {
        let names = Self.list(nodes.map(\.name.text))
        occur("libvirtd of \(names) freezes; what runs there goes on") {
            for node in nodes { cluster.setDaemon(node, .frozen) }
        }
        guard let span else { return }
        later(span, "libvirtd of \(names) goes on") { [cluster] in
            for node in nodes { cluster.setDaemon(node, .running) }
        }
    }

    // MARK: - Commits

    /// What `havirt node fenced` would commit, or why it would not.
    private func fence(_ node: SimulatedNode) throws {
        let refused = "nobody can declare \(node.name) fenced"
        if node.isReachable { return say(.event, "\(refused): it answers") }
        if let silence = node.silence, silence.isSignOfLife {
            return say(.event, "\(refused): it shows a sign of life, \(silence)")
        }
        guard let member = try records.recall().members.first(where: { $0.name == node.name }) else {
            return say(.event, "\(refused): no round of havirt has ever had an answer from it")
        }
        let since = max(cluster.now, member.lastHeard + Seconds(1))
        let fields = [
            YAMLField("bootId", .string("\(member.bootID)")), YAMLField("since", .string("\(since)")),
            YAMLField("by", .string("simulate")), YAMLField("reason", .string("simulated")),
        ]
        try branch.commit("nodes/\(node.name).yaml") { old in
            try YAMLEditor.set("fenced", to: .mapping(fields), in: old)
        }
        say(.event, "it is committed that \(node.name) is fenced in the boot last seen")
    }

    private func setMaintenance(_ node: SimulatedNode, _ isOn: Bool) throws {
        try branch.commit("nodes/\(node.name).yaml") { old in
            try YAMLEditor.set("maintenance", to: .bool(isOn), in: old)
        }
        say(.event, "it is committed that \(node.name) is \(isOn ? "" : "no longer ")in maintenance")
    }
}

extension ClusterEvent {
    /// Why it cannot happen in this cluster; nil if it can.
    func objection(_ observed: ObservedCluster, _ desired: DesiredState) -> String? {
        guard case .nodes(let names, let what) = self else { return nil }
        let wished = Set(desired.nodes.map(\.name))
        let known = wished.union(observed.nodes.keys)
        for name in names {
            guard known.contains(name) else {
                let hint = Suggestion.hint(for: name.text, among: known.map(\.text).sorted())
                return "there is no node \(name)\(hint.map { "; \($0)" } ?? "")"
            }
            let reading = observed.nodes[name] ?? .silent(Silence(.notAsked, ""))
            guard wished.contains(name) || !what.isCommit else { return "\(name) is not in git" }
            if case .silent(let silence) = reading, what.needsAnAnswer {
                return "\(name) was silent when it was observed (\(silence)): what runs there, and what would become of"
                    + " it, is not known"
            }
        }
        return nil
    }
}

extension NodeEvent {
    /// Whether it is somebody's commit.
    fileprivate var isCommit: Bool {
        switch self {
        case .diesAndIsFenced, .isFenced, .entersMaintenance, .leavesMaintenance: true
        case .dies, .reboots, .isCutOff, .daemonFreezes: false
        }
    }

    /// Whether it means nothing for a node of which nothing was seen.
    fileprivate var needsAnAnswer: Bool {
        switch self {
        case .reboots, .isCutOff, .daemonFreezes: true
        case .dies, .diesAndIsFenced, .isFenced, .entersMaintenance, .leavesMaintenance: false
        }
    }
}
