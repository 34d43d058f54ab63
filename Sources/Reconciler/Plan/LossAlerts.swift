import StateSpec

/// N+1: which loss, of one node or of all that share its fate, would leave domains without a place.
enum LossAlerts {
    /// The code of these alerts.
    static let code = "n-plus-one"
    /// How many names one line bears.
    private static let namesMax = 5

    static func make(_ context: PlanContext, _ reckoning: Reckoning) -> [Alert] {
        // Of a single node everybody knows what its loss means.
        guard context.request.desired.nodes.filter({ !$0.retired }).count > 1 else { return [] }
        var loss = Loss(reckoning.modelOfStarts)
        var alerts: [Alert] = []
        for (index, entry) in context.roster.entries.enumerated() where entry.node != nil {
            let unplaced = loss.unplaced(losing: [index]) { isMissed(reckoning.subjects[$0]) }
            if let alert = alert("\(entry.name)", unplaced, reckoning) { alerts.append(alert) }
        }
        for (domain, nodes) in failureDomains(context) {
            let unplaced = loss.unplaced(losing: nodes) { isMissed(reckoning.subjects[$0]) }
            let subject = "failure domain \(Escaped(domain).bare)"
            if let alert = alert(subject, unplaced, reckoning) { alerts.append(alert) }
        }
        return alerts
    }

    /// Failure domains of several nodes, by name. One of a single node is lost with it.
    private static func failureDomains(_ context: PlanContext) -> [(name: String, nodes: [Int])] {
        var domains: [String: [Int]] = [:]
        for (index, entry) in context.roster.entries.enumerated() where entry.node != nil {
            if let name = entry.spec?.failureDomain { domains[name, default: []].append(index) }
        }
        return domains.filter { $0.value.count > 1 }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }

    /// What somebody wishes to run, or left running.
    private static func isMissed(_ subject: Reckoning.Subject) -> Bool { subject.domain.wish.run != .stopped }

    private static func alert(
        _ subject: String, _ unplaced: [(domain: Int, cause: Loss.Cause)], _ reckoning: Reckoning
    ) -> Alert? {
        guard !unplaced.isEmpty else { return nil }
        let parts = [Loss.Cause.room, .groups, .forbidden].compactMap { cause -> String? in
            let those = unplaced.filter { $0.cause == cause }.map(\.domain)
            if those.isEmpty { return nil }
            let names = names(those, reckoning)
            return switch cause {
            case .room: "\(names): no room elsewhere"
            case .groups: "\(names): kept out by \(those.count == 1 ? "its" : "their") groups wherever there is room"
            case .forbidden: "\(names): no other node may take \(those.count == 1 ? "it" : "them")"
            }
        }
        return Alert(
            severity: .notice, code: code, subject: subject,
            message: "if lost, would leave \(count(unplaced.count)) without a place: \(parts.joined(separator: "; "))")
    }

    private static func count(_ count: Int) -> String { count == 1 ? "a domain" : "\(count) domains" }

    private static func names(_ domains: [Int], _ reckoning: Reckoning) -> String {
        let names = domains.map { reckoning.subjects[$0].domain.spec.name.text }
        let shown = names.prefix(namesMax).joined(separator: ", ")
        return names.count > namesMax ? "\(shown) and \(names.count - namesMax) more" : shown
    }
}
