public import StateSpec

/// A running cluster that is to be written down in git.
public struct AdoptionRequest: Sendable {
    /// What git has.
    public var base: AdoptionBase
    /// The nodes that were named: those that git has already, and those that it is to get. Each must answer.
    public var named: [NodeSpec]
    /// What was seen of them, and of all other nodes that git has.
    public var observed: ObservedCluster

    /// A request.
    public init(base: AdoptionBase, named: [NodeSpec], observed: ObservedCluster) {
        self.base = base
        self.named = named
        self.observed = observed
    }
}

extension Adoption {
    /// Writes down what runs: a pure function of what was seen and of what git has.
    ///
    /// The first plan after it has nothing to do for what is adopted: that was tried, and what speaks against it is left
    /// out with a finding.
    public static func make(_ request: AdoptionRequest) throws -> Adoption {
        let existing = try request.base.usable()
        let sessions = SessionSurvey(request, existing)
        let survey = Survey(request, existing, iscsi: sessions.specs)
        try survey.demandAnswers()
        var findings = survey.unseenNodes() + sessions.findings
        var candidates: [AdoptionDraft.Candidate] = []
        for subject in survey.subjects {
            do throws(Objection) {
                candidates.append(try survey.candidate(subject))
            } catch {
                findings.append(error.finding)
            }
        }
        let draft = AdoptionDraft(
            base: request.base, cluster: survey.cluster(for: candidates), nodes: survey.newNodes,
            iscsi: sessions.specs, candidates: candidates, findings: findings)
        return try draft.settled(now: request.observed.takenAt) { judge($0, candidates, request.observed) }
    }

    /// What the first plan would do with the candidates, which is to be nothing.
    private static func judge(
        _ desired: DesiredState, _ candidates: [AdoptionDraft.Candidate], _ observed: ObservedCluster
    ) -> (objections: [DomainName: AdoptionFinding], plan: Plan?) {
        var cluster = desired.cluster
        // Evening out moves what is right where it is.
        cluster.balance.mode = .off
        let rested = DesiredState(
            cluster: cluster, nodes: desired.nodes, domains: desired.domains, iscsi: desired.iscsi)
        let plan = Plan.make(PlanRequest(desired: rested, observed: observed, now: observed.takenAt))
        let names = Set(candidates.map(\.name))
        var objections: [DomainName: AdoptionFinding] = [:]
        for decision in plan.decisions where names.contains(decision.domain.name) {
            if decision.status == .inSync || decision.status == .held { continue }
            let name = decision.domain.name
            objections[name] = AdoptionFinding(
                decision.reason.code == "double" ? .error : .warning, decision.reason.code, name.text,
                "is left out, because the first plan would not be empty: \(decision.reason.text)",
                hint: "see to it, and adopt again")
        }
        return (objections, plan)
    }
}

/// Why one domain is not adopted.
struct Objection: Error {
    let finding: AdoptionFinding

    init(_ severity: Severity, _ code: String, _ subject: String, _ message: String, hint: String) {
        finding = AdoptionFinding(severity, code, subject, "is left out: \(message)", hint: hint)
    }
}
