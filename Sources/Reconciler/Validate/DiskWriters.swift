import StateSpec

/// Two that are active and may write one storage, by whatever names (rule S3): no plan tells of what runs already.
enum DiskWriters {
    static func findings(_ context: PlanContext) -> [Alert] {
        let sharedPaths = context.request.desired.cluster.sharedPaths
        return context.roster.entries.enumerated().flatMap { index, entry in
            (entry.node?.domains ?? []).filter(\.activity.holdsDisks).compactMap { domain -> Alert? in
                guard let clash = context.disks.clash(of: domain, on: index, sharedPaths: sharedPaths) else {
                    return nil
                }
                return Alert(
                    severity: .error, code: AlertCode.diskClash.rawValue, subject: Alerts.subject(domain),
                    node: entry.name, message: clash.reason.text,
                    hint: "stop one of the two at once, and look at what is on the disk")
            }
        }
    }
}
