import StateSpec

/// Hard groups that what runs does not keep. Nothing is moved for them: any place inside the allowed set is in sync.
enum GroupAlerts {
    static func make(_ context: PlanContext) -> [Alert] {
        var apart: [GroupName: [Int: [DomainName]]] = [:]
        var together: [GroupName: [Int: [DomainName]]] = [:]
        for spec in context.request.desired.domains where !(spec.wish.apart.isEmpty && spec.wish.together.isEmpty) {
            let homes = Case(spec, context).active
            // On its way or active twice, it is reported as such.
            guard let home = homes.first, homes.count == 1 else { continue }
            for rule in spec.wish.apart where !rule.isSoft {
                apart[rule.group, default: [:]][home.node, default: []].append(spec.name)
            }
            for rule in spec.wish.together where !rule.isSoft {
                together[rule.group, default: [:]][home.node, default: []].append(spec.name)
            }
        }
        var alerts: [Alert] = []
        for (group, nodes) in apart {
            for (node, names) in nodes where names.count > 1 {
                let list = names.map(\.text).joined(separator: " and ")
                let place = context.roster.entries[node].name
                alerts.append(alert("apart-broken", group, "keeps its members apart, but \(list) run on \(place)"))
            }
        }
        for (group, nodes) in together where nodes.count > 1 {
            let places = nodes.sorted { $0.key < $1.key }.map { node, names in
                "\(names.map(\.text).joined(separator: " and ")) on \(context.roster.entries[node].name)"
            }
            let message = "keeps its members together, but they run apart: \(places.joined(separator: ", "))"
            alerts.append(alert("together-broken", group, message))
        }
        return alerts
    }

    private static func alert(_ code: String, _ group: GroupName, _ message: String) -> Alert {
        Alert(severity: .warning, code: code, subject: "group \(group)", message: message)
    }
}
