import StateSpec

/// Drift of definitions: what git says, what is stored on a node, and what runs there, after all that libvirt makes by
/// itself is set aside.
enum DefinitionFindings {
    static func findings(_ context: PlanContext) -> [Alert] {
        SeenDefinitions.all(context).flatMap { seen in
            pending(seen, context) + live(seen) + persistent(seen)
        }
    }

    /// Expected after each commit that changes an XML, and never a reason to stop a domain: a notice, lest every such
    /// commit makes `validate` fail until all guests were restarted.
    private static func pending(_ seen: SeenDefinitions, _ context: PlanContext) -> [Alert] {
        guard case .older(let mark) = seen.drift.start, !seen.drift.pending.isEmpty else { return [] }
        let git = context.request.commit.map { "git is \($0.short)" } ?? "git has another"
        return [
            Alert(
                severity: .notice, code: AlertCode.xmlPending.rawValue, subject: seen.spec.name.text, node: seen.node,
                message: "next start (runs \(mark.commit.short), \(git)): " + DriftWords.list(seen.drift.pending),
                hint: "`havirt domain restart \(seen.spec.name)` applies it now", remedies: seen.remedies(pending: true)
            )
        ]
    }

    private static func live(_ seen: SeenDefinitions) -> [Alert] {
        // Whether a commit took it out of git or a person put it there: the next drain fails on it.
        let blocking = (seen.drift.live + seen.drift.pending).filter { $0.driftClass == .blocksMigration }
        let others = seen.drift.live.filter { $0.driftClass != .blocksMigration }
        let who = seen.drift.start == .unmarked ? "what runs differs from git" : "changed by hand since it was started"
        let isOffered = !seen.remedies(pending: false).isEmpty
        let hint =
            isOffered
            ? "bring it into domains/\(seen.spec.name).xml, or undo it"
            : "bring it into domains/\(seen.spec.name).xml, or `havirt domain restart \(seen.spec.name)` undoes it"
        var alerts: [Alert] = []
        if !others.isEmpty {
            alerts.append(
                Alert(
                    severity: .warning, code: AlertCode.xmlLive.rawValue, subject: seen.spec.name.text, node: seen.node,
                    message: "\(who): \(DriftWords.list(others))", hint: hint,
                    remedies: seen.remedies(of: others)))
        }
        if !blocking.isEmpty {
            alerts.append(
                Alert(
                    severity: .warning, code: AlertCode.xmlBlocksMigration.rawValue, subject: seen.spec.name.text,
                    node: seen.node, message: "cannot migrate as it runs: \(DriftWords.list(blocking))",
                    hint: "undo it before its node is to be emptied", remedies: seen.remedies(of: blocking)))
        }
        return alerts
    }

    /// havirt starts from git's XML and needs no stored one; whoever types `virsh start` gets this.
    private static func persistent(_ seen: SeenDefinitions) -> [Alert] {
        guard !seen.drift.persistent.isEmpty else { return [] }
        let undefine = Remedy.virsh("undefine", "\(seen.spec.uuid)", "--keep-nvram", on: seen.node)
        return [
            Alert(
                severity: .warning, code: AlertCode.xmlPersistent.rawValue, subject: seen.spec.name.text,
                node: seen.node,
                message: "the definition that is stored there is not git's: \(DriftWords.list(seen.drift.persistent))",
                hint: "havirt needs none: `undefine` leaves what runs alone", remedies: [undefine])
        ]
    }
}

/// One domain of git that runs, with its definition three ways.
struct SeenDefinitions {
    let spec: DomainSpec
    let node: NodeName
    let drift: DefinitionDrift
    private let license: License

    /// Which commands are offered: pasted ones bypass all checks, so none is offered that a plan would not run.
    private enum License {
        /// The domain is to be left as it is, or something about it is uncertain.
        case nothing
        /// Another may write its disks, as far as it is known who does.
        case noDisk
        case all

        init(_ domain: Case) {
            let doubts: [Classify.Rule] = [
                Classify.inFlight, Classify.strayProcess, Classify.notUnderstood, Classify.identityMismatch,
            ]
            if domain.wish.hold != nil || doubts.contains(where: { $0(domain) != nil }) {
                self = .nothing
            } else if !domain.context.roster.silent.isEmpty || Classify.diskInUse(domain) != nil {
                self = .noDisk
            } else {
                self = .all
            }
        }
    }

    /// All that are active on one node and at rest, whose XML was asked for and can be read.
    static func all(_ context: PlanContext) -> [SeenDefinitions] {
        context.request.desired.domains.compactMap { spec in
            let homes = context.homes.sights(of: spec.uuid).filter { context.roster.domain($0).activity.holdsDisks }
            guard homes.count == 1, let home = homes.first else { return nil }
            let domain = context.roster.domain(home)
            guard domain.activity == .active, let documents = domain.documents else { return nil }
            // What cannot be read is told by a finding of its own.
            guard let git = document(spec.xml), let live = documents.live.flatMap({ document(Array($0.utf8)) }) else {
                return nil
            }
            let drift = DefinitionDrift(
                git: git, digest: spec.xmlBlob, live: live,
                persistent: documents.persistent.flatMap { document(Array($0.utf8)) })
            if drift.isEmpty { return nil }
            return SeenDefinitions(
                spec: spec, node: context.roster.entries[home.node].name, drift: drift,
                license: License(Case(spec, context)))
        }
    }

    private static func document(_ bytes: [UInt8]) -> DomainDocument? {
        do { return try DomainDocument(bytes) } catch { return nil }
    }

    /// Whether the domain gets a disk or a medium by it; one that only loses a disk does not.
    private static func givesDisk(_ difference: DocumentDifference) -> Bool {
        guard difference.kind.hasPrefix("devices/disk") else { return false }
        if case .added = difference.change { return difference.kind != "devices/disk" }
        return true
    }

    func remedies(pending: Bool) -> [Remedy] { remedies(of: pending ? drift.pending : drift.live) }

    /// What libvirt can change while the guest runs, as commands for a person to paste.
    func remedies(of differences: [DocumentDifference]) -> [Remedy] {
        let licensed = differences.filter { difference in
            switch license {
            case .nothing: false
            case .noDisk: !Self.givesDisk(difference)
            case .all: true
            }
        }
        return LiveChange.of(licensed, in: spec.uuid).map { change in
            Remedy(
                on: node, .run(["virsh", "-c", "qemu:///system"] + change.words),
                input: change.input.map(Remedy.Input.lines) ?? .nothing)
        }
    }
}

/// Differences in few words.
enum DriftWords {
    private static let shownMax = 3

    /// `memory: git 2097152, there 1048576; disk[vdb] is only there; and 2 more`
    static func list(_ differences: [DocumentDifference]) -> String {
        let shown = differences.prefix(shownMax).map(words).joined(separator: "; ")
        let more = differences.count - shownMax
        return more > 0 ? "\(shown); and \(more) more" : shown
    }

    static func words(_ difference: DocumentDifference) -> String {
        let line = difference.line.map { " (line \($0))" } ?? ""
        switch difference.change {
        case .added: return "\(difference.path) is not in git"
        case .missing: return "\(difference.path)\(line) is missing there"
        case .value:
            return "\(difference.path)\(line) is \(short(difference.nodeText)), in git \(short(difference.gitText))"
        }
    }

    private static func short(_ text: String?) -> String {
        guard let text else { return "nothing" }
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}
