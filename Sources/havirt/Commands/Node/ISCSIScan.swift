import ArgumentParser
import Reconciler
import StateSpec

/// One run of `node iscsiscan`, step by step.
struct ISCSIScan {
    let look: ISCSILook
    let format: PlanFormat
    private var offers: TargetOffers
    private var plan: Plan?
    private var outcomes: [Outcome]?
    private var changes: LUNChanges?
    /// What was seen last.
    private var observed: ObservedCluster
    /// The worst of what it came to.
    private var status = ExitStatus.done

    init(look: ISCSILook, format: PlanFormat) {
        self.look = look
        self.format = format
        observed = look.planned.observed
        offers = TargetOffers(look.planned.loaded.desired, [])
    }

    private var desired: DesiredState { look.planned.loaded.desired }

    // MARK: - Portals

    /// Asks every portal of git.
    mutating func survey() async throws {
        let portals = Set(desired.iscsi.flatMap(\.portals)).sorted()
        for name in look.silent {
            guard case .silent(let silence)? = observed.nodes[name] else { continue }
            Terminal.note("havirt: \(name) is silent, \(silence)")
            status = ExitStatus.blocked
        }
        for node in look.nodes {
            guard case .unknown(let why)? = observed.nodes[node.name]?.node?.iscsi else { continue }
            Terminal.note("havirt: the iSCSI sessions of \(node.name) cannot be told, and are left alone: \(why)")
            status = ExitStatus.blocked
        }
        guard !portals.isEmpty else {
            Terminal.note("havirt: no file of iscsi/ names a portal, so none is asked")
            return
        }
        guard !look.nodes.isEmpty else { return }
        try look.wiring.settings.ssh.keys.demandActing()
        Terminal.progress("asking the portals …")
        let survey = PortalSurvey(
            hypervisor: try look.wiring.hypervisor(), nodesMax: desired.cluster.concurrency.nodes)
        let answers = await survey.ask(portals, from: look.nodes)
        Terminal.progressDone()
        offers = TargetOffers(desired, answers)
        if !offers.unanswered.isEmpty { status = ExitStatus.blocked }
        if format == .text { Terminal.out(PortalText.render(offers) + "\n") }
    }

    // MARK: - Sessions

    /// Shows what would be done about sessions, or does it and looks at what came of it.
    mutating func carryOut(acts: Bool) async throws {
        guard acts else { return try show() }
        let applied = try await Acting.carryOut(
            look.wiring, look.planOptions, activity: "node iscsiscan", isShown: format == .text)
        plan = applied.planned.plan
        outcomes = applied.outcomes
        if !applied.isComplete { status = ExitStatus.blocked }
        observed = (applied.remaining ?? applied.planned).observed
        let changes = LUNChanges(from: applied.planned.observed, to: observed, on: look.nodes.map(\.name))
        if !changes.unknown.isEmpty { status = ExitStatus.blocked }
        self.changes = changes
        if format == .text { Terminal.out("\n" + PortalText.render(changes)) }
    }

    private mutating func show() throws {
        var request = look.planned.request
        request.options.rescan = look.planOptions.rescan
        let plan = Plan.make(request)
        self.plan = plan
        if status == ExitStatus.done { status = ExitStatus.of(plan) }
        guard format == .text else { return }
        Terminal.out(look.wiring.text(of: plan))
        try Report.commands(plan, desired, by: try look.wiring.hypervisor())
    }

    // MARK: - Git

    /// Shows the commit of what is new, or makes it.
    mutating func adopt() async throws {
        let adoption = TargetAdoption(desired, offers, observed)
        for left in adoption.leftOut {
            Terminal.note("havirt: LUN \(left.lun) of \(left.target) is not pinned: \(left.why)")
        }
        let changes = adoption.changes.map { change in
            SpecChange(file: "iscsi/\(change.file).yaml", message: "iscsi \(change.file): \(change.words)") { old in
                guard let old else { throw Failure("the file is not in the branch's tip") }
                return try ISCSIEditor.add(change.additions, to: old)
            }
        }
        guard !changes.isEmpty else {
            return Terminal.out("\nNothing was seen that git lacks.\n")
        }
        Terminal.out("\n")
        _ = try look.show(changes)
        guard look.options.acts(look.wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes carries the commands out, and commits what is seen then.\n")
            if status == ExitStatus.done { status = ExitStatus.pending }
            return
        }
        try await look.make(changes)
        Terminal.out("The next round acts on it: havirt apply --yes\n")
    }

    // MARK: - The end

    private struct Document: Encodable {
        let portals: TargetOffers
        let plan: PlanJSON?
        /// Nil where nothing was carried out.
        let outcomes: [Outcome]?
        /// The same.
        let luns: LUNChanges?
    }

    func end() throws {
        if format == .json {
            let plan = plan.map { PlanJSON($0, commits: look.wiring.commits(blamedBy: $0)) }
            Terminal.out(
                try JSONText.encode(Document(portals: offers, plan: plan, outcomes: outcomes, luns: changes)))
        }
        throw status
    }
}
