public import StateSpec

/// What the planner decided about one domain.
public struct Decision: Equatable, Codable, Sendable {
    /// In which of five ways it ended.
    public enum Status: String, Codable, Sendable {
        /// Nothing to do.
        case inSync
        /// Steps of this plan change it.
        case changing
        /// Left alone because somebody said so.
        case held
        /// Left alone until a transition ends.
        case waiting
        /// A wish stands that cannot be fulfilled now.
        case blocked
    }

    /// The domain.
    public let domain: DomainRef
    /// In which way it ended.
    public let status: Status
    /// Why.
    public let reason: Reason
}

/// Ordered steps with reasons, and why nothing is done about the rest. Only the planner makes one.
public struct Plan: Equatable, Sendable {
    /// The commit that is wished.
    public let commit: ObjectID?
    /// Who signed it; nil where no signature is asked for.
    public let signer: CommitSigner?
    /// The moment for which it was made.
    public let now: Timestamp
    /// What to do, in an order in which every step comes after those it depends on.
    public let steps: [Step]
    /// One decision for each domain of the commit, by name.
    public let decisions: [Decision]
    /// What a person should know, the worst first.
    public let alerts: [Alert]
    /// Why the whole plan must not be carried out; nil if it may be.
    public let refusal: String?
    /// How the nodes stand before and after what is done to even them out; nil where nothing is.
    public let balance: BalanceReport?

    init(
        commit: ObjectID?, now: Timestamp, steps: [Step], decisions: [Decision], alerts: [Alert], refusal: String?,
        balance: BalanceReport? = nil, signer: CommitSigner? = nil
    ) {
        self.commit = commit
        self.signer = signer
        self.now = now
        self.steps = steps
        self.decisions = decisions
        self.alerts = alerts
        self.refusal = refusal
        self.balance = balance
    }

    /// Which loss, of one node or of a failure domain, would leave domains without a place.
    public var losses: [Alert] { alerts.filter { $0.code == LossAlerts.code } }

    /// Decisions in which a wish stands unfulfilled.
    public var blocked: [Decision] { decisions.filter { $0.status == .blocked } }

    /// The lines of git that are to blame for something in it, in order, each once.
    public var rulesToBlame: [Place] {
        Set(decisions.flatMap(\.reason.rules) + steps.flatMap(\.reason.rules)).sorted()
    }

    /// Whether there is nothing to do and nothing in the way.
    public var isInSync: Bool {
        steps.isEmpty && refusal == nil && decisions.allSatisfy { $0.status == .inSync || $0.status == .held }
    }
}
