import StateSpec

/// What a person should know about what the nodes run, besides the decisions about git's domains.
enum Alerts {
    static func make(_ context: PlanContext, _ pruning: Pruning) -> [Alert] {
        let managed = Set(context.request.desired.domains.map(\.uuid)).union(pruning.cases.map(\.spec.uuid))
        var alerts: [Alert] = []
        for entry in context.roster.entries {
            for domain in entry.node?.domains ?? [] {
                alerts += opaque(domain, entry)
                if managed.contains(domain.uuid) {
                    alerts += crashed(domain, entry)
                } else {
                    alerts.append(unmanaged(domain, entry))
                }
            }
        }
        return alerts + StrayAlerts.make(context, managed) + doubles(context, managed) + expired(context)
            + clock(context)
    }

    /// The name, in quotes where it is none that git would take: `' 3    vm9    running'` is no line of a table.
    static func subject(_ domain: ObservedDomain) -> String {
        let isPlain = (try? DomainName(domain.name)) != nil || domain.name == domain.uuid.description
        return isPlain ? domain.name : Escaped(domain.name).description
    }

    private static func unmanaged(_ domain: ObservedDomain, _ entry: Roster.Entry) -> Alert {
        Alert(
            severity: .notice, code: "unmanaged", subject: subject(domain), node: entry.name,
            message: "is \(Escaped("\(domain.state)").bare) on \(entry.name) and not in git; left alone")
    }

    private static func opaque(_ domain: ObservedDomain, _ entry: Roster.Entry) -> [Alert] {
        guard case .notUnderstood(let why) = domain.seen else { return [] }
        let consequence =
            domain.isOpaque
            ? "; as long as it is active, \(entry.name) takes no domain, and none is started whose disks it might write"
            : ""
        return [
            Alert(
                severity: .error, code: "not-understood", subject: subject(domain), node: entry.name,
                message: "its XML on \(entry.name) is not understood (\(Escaped(why).bare))\(consequence)")
        ]
    }

    private static func crashed(_ domain: ObservedDomain, _ entry: Roster.Entry) -> [Alert] {
        guard domain.state == ObservedState("shut off", "crashed") else { return [] }
        return [
            Alert(
                severity: .warning, code: "crashed", subject: subject(domain), node: entry.name,
                message: "its QEMU died on \(entry.name)")
        ]
    }

    /// An unmanaged domain that is active twice is nobody's wish either.
    private static func doubles(_ context: PlanContext, _ managed: Set<DomainUUID>) -> [Alert] {
        var alerts: [Alert] = []
        for uuid in context.homes.uuids where !managed.contains(uuid) {
            let active = context.homes.sights(of: uuid).filter {
                context.roster.domain($0).activity.holdsDisks
            }
            guard active.count > 1, !active.contains(where: { context.roster.domain($0).activity == .transition })
            else {
                continue
            }
            let nodes = active.map { context.roster.entries[$0.node].name.text }.joined(separator: " and ")
            alerts.append(
                Alert(
                    severity: .error, code: "double-run", subject: subject(context.roster.domain(active[0])),
                    message: "is ACTIVE ON SEVERAL NODES: \(nodes); it is not in git"))
        }
        return alerts
    }

    private static func clock(_ context: PlanContext) -> [Alert] {
        guard let skew = ClockSkew.found(in: context.request.observed) else { return [] }
        return [
            Alert(severity: .error, code: "clock-skew", subject: "clock", message: ClockSkew.objection(skew))
        ]
    }

    private static func expired(_ context: PlanContext) -> [Alert] {
        let now = context.request.now
        var alerts: [Alert] = []
        for domain in context.request.desired.domains {
            guard let until = domain.wish.hold?.until, until < now else { continue }
            alerts.append(
                Alert(
                    severity: .warning, code: "hold-expired", subject: domain.name.text,
                    message: "its hold was meant to end \(until) and still holds"))
        }
        for node in context.request.desired.nodes {
            guard let until = node.maintenance?.until, until < now else { continue }
            alerts.append(
                Alert(
                    severity: .warning, code: "maintenance-expired", subject: node.name.text,
                    message: "its maintenance was meant to end \(until) and still stands"))
        }
        return alerts
    }
}
