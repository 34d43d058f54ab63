import StateSpec

/// The files of `iscsi/` that git is to get for the sessions that are there.
///
/// What was tried is that the first plan changes none of them: what speaks against a target leaves it out, and one that
/// git does not name is never touched.
struct SessionSurvey {
    /// New files, by name.
    private(set) var specs: [ISCSISpec] = []
    private(set) var findings: [AdoptionFinding] = []

    init(_ request: AdoptionRequest, _ existing: DesiredState) {
        let known = Set(existing.nodes.map(\.name))
        let nodes = existing.nodes.filter { !$0.retired } + request.named.filter { !known.contains($0.name) }
        var seats: [(name: NodeName, seen: ObservedISCSI)] = []
        var unknown: [AdoptionFinding] = []
        for node in nodes {
            switch request.observed.nodes[node.name]?.node?.iscsi {
            case nil: continue
            case .known(let seen)?: seats.append((node.name, seen))
            case .unknown(let why)?:
                unknown.append(
                    AdoptionFinding(
                        .warning, AlertCode.iscsiUnknown.rawValue, node.name.text,
                        "cannot tell its iSCSI sessions, so no target is adopted: \(why)",
                        hint: "see to it, and adopt again"))
            }
        }
        guard unknown.isEmpty else {
            findings = unknown
            return
        }
        let survey = PinSurvey(seats)
        var targets = Self.targets(seats, existing, survey)
        guard !targets.isEmpty else { return }
        var objections: [ISCSITargetName: AdoptionFinding] = [:]
        repeat {
            specs = Self.files(targets, existing)
            let wished = DesiredState(
                cluster: request.base.cluster(existing), nodes: nodes, domains: existing.domains,
                iscsi: existing.iscsi + specs)
            objections = Self.objections(wished, Set(targets.map(\.target.name)), request.observed)
            targets.removeAll { objections[$0.target.name] != nil }
            findings += objections.values.sorted()
        } while !objections.isEmpty
        let adopted = Set(targets.map(\.target.name))
        findings += survey.doubts.filter { adopted.contains($0.target) }.map { doubt in
            AdoptionFinding(
                .notice, "lun-not-pinned", doubt.target.text, "has LUN \(doubt.lun), which is not pinned: \(doubt.why)")
        }
    }

    /// A target that nodes have sessions with.
    private struct Candidate {
        let target: ISCSITarget
        let portals: [ISCSIPortal]
        let isEverywhere: Bool
    }

    private static func targets(
        _ seats: [(name: NodeName, seen: ObservedISCSI)], _ existing: DesiredState, _ survey: PinSurvey
    ) -> [Candidate] {
        let inGit = Set(existing.iscsi.flatMap(\.targets).map(\.name))
        let names = Set(seats.flatMap(\.seen.sessions).map(\.target)).subtracting(inGit)
        // Git has names in lower case, and a session in another spelling would be another's to it.
        return names.filter { $0 == $0.normal }.sorted().map { name in
            let sessions = seats.map { $0.seen.sessions(of: name) }
            return Candidate(
                target: ISCSITarget(name, luns: survey.pins[name] ?? []),
                portals: Set(sessions.flatMap { $0 }.map(\.portal)).sorted(),
                isEverywhere: sessions.allSatisfy { !$0.isEmpty })
        }
    }

    /// One file for all targets of the same portals that are presented alike.
    private static func files(_ targets: [Candidate], _ existing: DesiredState) -> [ISCSISpec] {
        struct Kind: Hashable {
            let portals: [ISCSIPortal]
            let isEverywhere: Bool
        }
        var groups: [Kind: [ISCSITarget]] = [:]
        for candidate in targets {
            groups[Kind(portals: candidate.portals, isEverywhere: candidate.isEverywhere), default: []].append(
                candidate.target)
        }
        var taken = Set(existing.iscsi.map { $0.name.text.lowercased() })
        let ordered = groups.sorted { left, right in
            left.key.portals != right.key.portals
                ? left.key.portals.lexicographicallyPrecedes(right.key.portals) : left.key.isEverywhere
        }
        return ordered.map { kind, targets in
            var spec = ISCSISpec(
                name: name(kind.portals, isEverywhere: kind.isEverywhere, &taken), portals: kind.portals,
                targets: targets)
            spec.presentation = kind.isEverywhere ? .everywhere : .placed
            return spec
        }
    }

    /// After the first portal: a person finds a better one.
    private static func name(
        _ portals: [ISCSIPortal], isEverywhere: Bool, _ taken: inout Set<String>
    ) -> PortalName {
        let host = (portals.first?.host ?? "portal").replacing(":", with: "-").prefix(40)
        let stem = (host.hasPrefix("-") ? "portal\(host)" : String(host)) + (isEverywhere ? "" : "-placed")
        var text = stem
        var number = 1
        while !taken.insert(text).inserted {
            number += 1
            text = "\(stem)-\(number)"
        }
        guard let name = try? PortalName(text) else { preconditionFailure("\(text) is no name of a portal") }
        return name
    }

    /// What would not be left as it is.
    private static func objections(
        _ wished: DesiredState, _ targets: Set<ISCSITargetName>, _ observed: ObservedCluster
    ) -> [ISCSITargetName: AdoptionFinding] {
        let request = PlanRequest(desired: wished, observed: observed, now: observed.takenAt)
        let plan = Plan.make(request)
        var objections: [ISCSITargetName: AdoptionFinding] = [:]
        func object(_ target: ISCSITargetName, _ code: String, _ what: String) {
            guard targets.contains(target), objections[target] == nil else { return }
            objections[target] = AdoptionFinding(
                .warning, code, target.text, "is left out, and left alone: \(what)",
                hint: "name it in a file of iscsi/ yourself, if havirt is to see to it")
        }
        let session: [AlertCode] = [.sessionMissing, .sessionExtra, .sessionStale]
        for alert in SessionFindings(PlanContext(request), plan).findings {
            guard let code = AlertCode(rawValue: alert.code), session.contains(code),
                let target = ISCSITargetName(alert.subject)
            else { continue }
            object(target, alert.code, (alert.node.map { "\($0) " } ?? "") + alert.message)
        }
        for step in plan.steps {
            guard case .target(let target) = step.subject, case .iscsi(let action, let node) = step.action,
                action != .rescan
            else { continue }
            object(target, step.reason.code, "the first plan would \(action) on \(node), because \(step.reason.text)")
        }
        return objections
    }
}
