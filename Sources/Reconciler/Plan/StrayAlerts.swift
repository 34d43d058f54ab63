import StateSpec

/// What nodes keep of a domain that could start a second copy of it behind havirt's back, or an old one: autostart,
/// definitions and saved images (hazards H18 to H20). Each with the command that ends it, for a person to type: what a
/// node keeps is not havirt's to throw away.
enum StrayAlerts {
    /// One domain with all that was seen of it.
    private struct Subject {
        let uuid: DomainUUID
        let sights: [(entry: Roster.Entry, domain: ObservedDomain)]
        let isManaged: Bool

        var active: [(entry: Roster.Entry, domain: ObservedDomain)] { sights.filter { $0.domain.activity.holdsDisks } }
        var inactive: [(entry: Roster.Entry, domain: ObservedDomain)] {
            sights.filter { !$0.domain.activity.holdsDisks }
        }
        var isInTransition: Bool { active.contains { $0.domain.activity == .transition } }
        var homes: String { active.map { $0.entry.name.text }.joined(separator: " and ") }
    }

    static func make(_ context: PlanContext, _ managed: Set<DomainUUID>) -> [Alert] {
        // In a healthy cluster there are few of these, and a plan may be about tens of thousands of domains.
        var uuids: Set<DomainUUID> = []
        for entry in context.roster.entries {
            for domain in entry.node?.domains ?? []
            where domain.isAutostarted || domain.hasManagedSave || !domain.activity.holdsDisks {
                uuids.insert(domain.uuid)
            }
        }
        return uuids.sorted().flatMap { uuid in
            let sights = context.homes.sights(of: uuid).map { sight in
                (entry: context.roster.entries[sight.node], domain: context.roster.domain(sight))
            }
            return alerts(Subject(uuid: uuid, sights: sights, isManaged: managed.contains(uuid)))
        }
    }

    private static func alerts(_ subject: Subject) -> [Alert] {
        let autostarted = subject.sights.compactMap { autostart($0.entry, $0.domain, subject) }
        // What git does not name is nobody's drift, and a migration leaves nothing before it has ended.
        guard subject.isManaged, !subject.isInTransition else { return autostarted }
        return autostarted + definitions(subject) + images(subject)
    }

    /// With the domain running elsewhere, the next boot of the node makes it run twice, whatever havirt does.
    private static func autostart(
        _ entry: Roster.Entry, _ domain: ObservedDomain, _ subject: Subject
    ) -> Alert? {
        guard domain.isAutostarted else { return nil }
        let remedy = "run `virsh autostart --disable \(subject.uuid)` there"
        let remedies = [Remedy.virsh("autostart", "--disable", "\(subject.uuid)", on: entry.name)]
        if subject.active.contains(where: { $0.entry.name != entry.name }) {
            return Alert(
                severity: .error, code: "autostart-elsewhere", subject: Alerts.subject(domain), node: entry.name,
                message: "runs on \(subject.homes), and \(entry.name) would start a second copy at its next boot;"
                    + " \(remedy)", remedies: remedies)
        }
        guard subject.isManaged else { return nil }
        return Alert(
            severity: .warning, code: "autostart", subject: Alerts.subject(domain), node: entry.name,
            message: "\(entry.name) would start it by itself at boot; \(remedy)", remedies: remedies)
    }

    /// One definition of a domain that is off everywhere may be the only one there is.
    private static func definitions(_ subject: Subject) -> [Alert] {
        let kept = subject.inactive.filter { $0.domain.isPersistent }
        guard let first = kept.first, !subject.active.isEmpty || kept.count > 1 else { return [] }
        let nodes = kept.map { $0.entry.name.text }.joined(separator: " and ")
        let undefine = "`virsh undefine \(subject.uuid)`"
        // Of one that is off everywhere, somebody has to choose which definition stays.
        let remedies: [Remedy] =
            subject.active.isEmpty ? [] : kept.map { .virsh("undefine", "\(subject.uuid)", on: $0.entry.name) }
        let message =
            subject.active.isEmpty
            ? "is defined on \(nodes); \(undefine) on all of them but one"
            : "is still defined on \(nodes) while it runs on \(subject.homes); \(undefine) there"
        return [
            Alert(
                severity: .warning, code: "stray-definition", subject: Alerts.subject(first.domain),
                node: kept.count == 1 ? first.entry.name : nil, message: message, remedies: remedies)
        ]
    }

    /// An old memory image over disks that have gone on since.
    private static func images(_ subject: Subject) -> [Alert] {
        guard !subject.active.isEmpty else { return [] }
        return subject.sights.filter { $0.domain.hasManagedSave || $0.domain.activity == .saved }.map { entry, domain in
            Alert(
                severity: .warning, code: "stray-image", subject: Alerts.subject(domain), node: entry.name,
                message: "runs on \(subject.homes), but \(entry.name) keeps a saved memory image of it, which would"
                    + " bring back old memory over newer disks; `virsh managedsave-remove \(subject.uuid)` there"
                    + " removes it",
                remedies: [.virsh("managedsave-remove", "\(subject.uuid)", on: entry.name)])
        }
    }
}
