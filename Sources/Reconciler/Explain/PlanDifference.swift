public import StateSpec

/// What a change of wishes means: two plans for one observation, compared.
public struct PlanDifference: Equatable, Codable, Sendable {
    /// One domain of which something else is decided. Nil where a commit does not have it.
    public struct Change: Equatable, Codable, Sendable {
        /// The domain, as the newer commit that has it names it.
        public let domain: DomainRef
        /// What was decided for the older commit.
        public let before: Decision?
        /// What is decided for the newer one.
        public let after: Decision?
    }

    /// The older commit.
    public let from: ObjectID?
    /// The newer commit.
    public let to: ObjectID?
    /// The moment for which both plans were made.
    public let now: Timestamp
    /// Steps of the older plan alone, in its order.
    public let stepsGone: [Step]
    /// Steps of the newer plan alone, in its order.
    public let stepsNew: [Step]
    /// Domains of which something else is decided, by name.
    public let changes: [Change]
    /// What a person would not need to know any more.
    public let alertsGone: [Alert]
    /// What a person would need to know besides.
    public let alertsNew: [Alert]
    /// Why the older plan must not be carried out.
    public let refusalBefore: String?
    /// Why the newer plan must not be carried out.
    public let refusalAfter: String?

    /// Compares two plans. Line numbers of rules are no difference: a comment moves them.
    public init(from older: Plan, to newer: Plan) {
        from = older.commit
        to = newer.commit
        now = newer.now
        let (before, after) = (Set(older.steps.map(Doing.init)), Set(newer.steps.map(Doing.init)))
        stepsGone = older.steps.filter { !after.contains(Doing($0)) }
        stepsNew = newer.steps.filter { !before.contains(Doing($0)) }
        changes = Self.changes(older, newer)
        let (heard, told) = (Set(older.alerts), Set(newer.alerts))
        alertsGone = older.alerts.filter { !told.contains($0) }
        alertsNew = newer.alerts.filter { !heard.contains($0) }
        refusalBefore = older.refusal
        refusalAfter = newer.refusal
    }

    /// Whether both plans mean the same.
    public var isEmpty: Bool {
        stepsGone.isEmpty && stepsNew.isEmpty && changes.isEmpty && alertsGone.isEmpty && alertsNew.isEmpty
            && refusalBefore == refusalAfter
    }

    /// What is done to what, whatever its number and reason.
    private struct Doing: Hashable {
        let subject: String
        let action: Action

        init(_ step: Step) {
            subject = step.domain?.uuid.description ?? step.subject.description
            action = step.action
        }
    }

    private static func changes(_ older: Plan, _ newer: Plan) -> [Change] {
        let before = Dictionary(older.decisions.map { ($0.domain.uuid, $0) }) { first, _ in first }
        let after = Dictionary(newer.decisions.map { ($0.domain.uuid, $0) }) { first, _ in first }
        return Set(before.keys).union(after.keys).compactMap { uuid -> Change? in
            let (old, new) = (before[uuid], after[uuid])
            guard let domain = (new ?? old)?.domain, !isSame(old, new) else { return nil }
            return Change(domain: domain, before: old, after: new)
        }.sorted { $0.domain < $1.domain }
    }

    private static func isSame(_ old: Decision?, _ new: Decision?) -> Bool {
        guard let old, let new else { return old == nil && new == nil }
        return old.domain == new.domain && old.status == new.status && old.reason.code == new.reason.code
            && words(old.reason) == words(new.reason)
    }

    private static func words(_ reason: Reason) -> String { reason.words.leavingOut(reason.rules).text() }
}
