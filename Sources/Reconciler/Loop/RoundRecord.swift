public import StateSpec

/// Everything from which a round's plan was derived, so that it can be derived again.
public struct RoundRecord: Codable, Sendable {
    /// The format's version.
    public var format = 1
    /// The run.
    public let run: RunID
    /// The commit that was wished.
    public let commit: ObjectID
    /// Who signed it; nil where no signature was asked for.
    public let signer: CommitSigner?
    /// The last applied commit before it.
    public let previous: ObjectID?
    /// A newer commit that could not be used, and the domains whose files differ there.
    public let heldBy: ObjectID?
    /// Domains that were held for it.
    public let held: [DomainName]
    /// Domains that were left alone for what their XML asks for; nil for none, as before there was a policy.
    public let outlawed: [DomainName]?
    /// Budgets that were raised for the run.
    public let stopsMax: Int?
    /// Budgets that were raised for the run.
    public let movesMax: Int?
    /// The only domains that were acted on; nil for all.
    public let only: [DomainName]?
    /// Nodes to which domains were brought back; nil for none, as before there were any.
    public let bringBack: [NodeName]?
    /// What was asked of single domains; nil for nothing, as before anything could be.
    public let explicit: [ExplicitRequest]?
    /// Which commit had the last word on each domain that is active and not named any more; nil for none.
    public let departed: [LastWord]?
    /// Whether the run demanded the storage lock; nil for no, as before there was one.
    public let requireLock: Bool?
    /// How the run was to even out; nil where nobody asked for it.
    public let balance: BalanceWish?
    /// What was seen, with what was recalled.
    public let observed: ObservedCluster
    /// The plan, as it was derived; of it, a run of a saved plan carried out no more than that one's steps.
    public let plan: String

    init(_ planned: Round.Planned, _ commit: ObjectID, _ options: PlanOptions, run: RunID) {
        self.run = run
        self.commit = commit
        signer = planned.loaded.signer
        previous = planned.loaded.previousCommit
        heldBy = planned.loaded.held?.commit
        held = planned.loaded.held?.domains.sorted() ?? []
        outlawed = planned.loaded.outlawed.isEmpty ? nil : planned.loaded.outlawed.sorted()
        stopsMax = options.stopsMax
        movesMax = options.movesMax
        only = options.only?.sorted()
        bringBack = options.bringBack.isEmpty ? nil : options.bringBack.sorted()
        explicit = options.explicit.isEmpty ? nil : options.explicit.requests
        let last = planned.loaded.departed.map { LastWord(uuid: $0.spec.uuid, commit: $0.commit) }
        departed = last.isEmpty ? nil : last
        requireLock = options.requireLock ? true : nil
        balance = options.balance
        observed = planned.observed
        plan = PlanText.render(planned.plan)
    }

    /// Derives the plan again from what was recorded and from the commits, which `load` reads.
    public func replay(
        _ load: (ObjectID) throws(DesiredSourceError) -> SpecLoad
    ) throws(DesiredSourceError) -> Plan {
        guard let desired = try load(commit).stateBesidesPolicy else {
            throw DesiredSourceError("commit \(commit.short) cannot be used any more")
        }
        var options = PlanOptions()
        options.stopsMax = stopsMax
        options.movesMax = movesMax
        options.only = only.map(Set.init)
        options.bringBack = Set(bringBack ?? [])
        options.explicit = [DomainName: ExplicitAction](explicit ?? [])
        options.requireLock = requireLock ?? false
        options.balance = balance
        options.outlawed = Set(outlawed ?? [])
        options.held = heldBy.map { HeldObjects(commit: $0, domains: Set(held)) }
        var before: DesiredState?
        if let previous { before = try load(previous).stateBesidesPolicy }
        var request = PlanRequest(
            desired: desired, commit: commit, previous: before, observed: observed, now: observed.takenAt,
            options: options)
        request.signer = signer
        for last in departed ?? [] {
            request.departed += try load(last.commit).stateBesidesPolicy?.domains.filter { $0.uuid == last.uuid } ?? []
        }
        return Plan.make(request)
    }
}

/// Which commit was the last to have a domain.
public struct LastWord: Codable, Sendable {
    /// The domain.
    public let uuid: DomainUUID
    /// The commit.
    public let commit: ObjectID
}

/// Where the records of rounds are kept.
public protocol RoundArchive: Sendable {
    /// Keeps a record; it is on disk when this returns.
    func keep(_ record: RoundRecord) throws
}
