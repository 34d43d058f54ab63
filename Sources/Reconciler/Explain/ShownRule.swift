public import StateSpec

/// A rule of git as it is shown beside others of the same object.
public struct ShownRule: Equatable, Codable, Sendable {
    /// The key.
    public let key: String
    /// What it says, one line, escaped.
    public let value: String
    /// Where it stands; nil for a default.
    public let place: Place?
}

extension ShownRule {
    /// The rules of a domain: `run` and `nodes` always, the others where the file has them.
    static func all(of spec: DomainSpec) -> [ShownRule] {
        let wish = spec.wish
        let values: [(key: String, value: String, isAlwaysShown: Bool)] = [
            ("run", wish.run.rawValue, true),
            ("nodes", wish.nodes.map { list($0.map(\.text)) } ?? "anywhere", true),
            ("prefer", wish.prefer?.text ?? "none", false),
            ("apart", list(wish.apart.map(words)), false), ("together", list(wish.together.map(words)), false),
            ("requires", list(wish.requires), false), ("priority", "\(wish.priority)", false),
            ("after", list(wish.after.map(\.text)), false), ("migrate", wish.migrate.rawValue, false),
            ("shutdown", "\(wish.shutdown.timeout), then \(wish.shutdown.then.rawValue)", false),
            ("hold", wish.hold.map(words) ?? "no", false), ("prune", wish.prune ? "true" : "false", false),
        ]
        return values.compactMap { key, value, isAlwaysShown in
            let place = spec.origins[key]
            return isAlwaysShown || place != nil ? ShownRule(key: key, value: value, place: place) : nil
        }
    }

    /// The rules of a node: how it is reached always, the others where the file has them.
    static func all(of spec: NodeSpec) -> [ShownRule] {
        let fenced = spec.fenced.map { "boot \($0.bootID): \(Escaped($0.reason).bare)" }
        let values: [(key: String, value: String, isAlwaysShown: Bool)] = [
            ("ssh", "\(spec.ssh)", true), ("migrationHost", Escaped(spec.migrationHost).bare, false),
            ("maintenance", spec.maintenance.map(words) ?? "no", false), ("labels", list(spec.labels), false),
            ("memoryReserve", spec.memoryReserve.map { "\($0)" } ?? "the cluster's", false),
            ("cpuOvercommit", spec.cpuOvercommit.map { "\($0)" } ?? "the cluster's", false),
            ("failureDomain", spec.failureDomain.map { Escaped($0).bare } ?? "none", false),
            ("migrationBandwidth", spec.migrationBandwidth.map { "\($0) a second" } ?? "the cluster's", false),
            ("retired", spec.retired ? "true" : "false", false), ("fenced", fenced ?? "no", false),
        ]
        return values.compactMap { key, value, isAlwaysShown in
            let place = spec.origins[key]
            return isAlwaysShown || place != nil ? ShownRule(key: key, value: value, place: place) : nil
        }
    }

    private static func list(_ items: [String]) -> String {
        items.isEmpty ? "none" : items.map { Escaped($0).bare }.joined(separator: ", ")
    }

    private static func words(_ rule: GroupRule) -> String { rule.group.text + (rule.isSoft ? " (soft)" : "") }

    /// "by anna until 2026-12-01T00:00:00Z: new fans"
    private static func words(_ pause: Pause) -> String {
        let by = pause.by.map { "by \(Escaped($0).bare)" }
        let until = pause.until.map { "until \($0)" }
        let particulars = [by, until].compactMap { $0 }.joined(separator: " ")
        let start = particulars.isEmpty ? "yes" : particulars
        return start + (pause.reason.map { ": \(Escaped($0).bare)" } ?? "")
    }
}
