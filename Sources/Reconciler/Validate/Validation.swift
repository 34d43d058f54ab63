public import StateSpec

/// What `cluster validate` says: all drift, of domains and of nodes, as one list.
public struct Validation: Equatable, Sendable {
    /// What is wrong, the worst first.
    public let findings: [Alert]
    /// Codes whose severity `cluster.yaml` would change, and which keep theirs.
    public let fixedCodes: [AlertCode]

    /// Compares what was seen with what is wished, and the nodes with each other: a pure function.
    ///
    /// - Parameters:
    ///   - request: what `plan` was made from.
    ///   - gatedKeys: the keys that nodes are to bind to havirt's gate.
    ///   - others: findings of checks that are made elsewhere.
    public init(_ request: PlanRequest, _ plan: Plan, gatedKeys: [GatedKey] = [], others: [Alert] = []) {
        let context = PlanContext(request)
        let drift = DomainDrift.findings(context, plan)
        let known = Set(drift.map { "\($0.code) \($0.subject)" })
        // A decision tells of its domain all that an alert of the same code does.
        let alerts = plan.alerts.filter { !known.contains("\($0.code) \($0.subject)") }
            .map { Self.withHost($0, context) }
        let all =
            alerts + drift + DefinitionFindings.findings(context) + DiskWriters.findings(context)
            + NetworkFindings(context).findings
            + SessionFindings(context, plan).findings + LUNFindings(context, plan).findings
            + BridgeFindings(context).findings + AccessFindings(context).findings
            + GateKeyFindings(context, gatedKeys).findings
            + SSHConfigFindings(context).findings + ParityFindings(context: context).findings
            + Self.notScanned(context) + others
        let wanted = request.desired.cluster.findingSeverities
        var fixed: Set<AlertCode> = []
        let judged = all.compactMap { alert -> Alert? in
            guard let severity = wanted[alert.code] else { return alert }
            if let code = AlertCode(rawValue: alert.code), code.isFixed {
                if severity != alert.severity { fixed.insert(code) }
                return alert
            }
            return severity.map(alert.demoted)
        }
        findings = Set(judged).sorted()
        fixedCodes = fixed.sorted { $0.rawValue < $1.rawValue }
    }

    /// A node under whose name another host answers is silent to all decisions; here the cause has a code of its own.
    private static func withHost(_ alert: Alert, _ context: PlanContext) -> Alert {
        guard alert.code == AlertCode.silent.rawValue,
            let entry = context.roster.entries.first(where: { $0.name.text == alert.subject }),
            case .silent(let silence) = entry.reading
        else { return alert }
        let isOther = silence.cause == .wrongHost
        return Alert(
            severity: alert.severity, code: isOther ? AlertCode.wrongHost.rawValue : alert.code,
            subject: alert.subject, node: entry.name, message: alert.message,
            hint: isOther ? "look at `ssh:` in nodes/\(entry.name).yaml and at the ssh config that havirt uses" : nil)
    }

    /// A scan that was saved by an older havirt, or for a plan, has no ssh in it. That is not the same as nothing wrong.
    private static func notScanned(_ context: PlanContext) -> [Alert] {
        let nodes = context.roster.entries.filter { $0.node.map { $0.access == nil } ?? false }.map(\.name.text)
        guard !nodes.isEmpty else { return [] }
        return [
            Alert(
                severity: .notice, code: AlertCode.notScanned.rawValue, subject: "ssh",
                message: "keys and ssh config were not looked at on \(nodes.joined(separator: ", "))",
                hint: "`havirt node scan --save FILE` saves a scan with all that is checked")
        ]
    }
}

extension Validation {
    /// Whether anything is as bad as `severity`, or worse.
    public func fails(on severity: Severity) -> Bool { findings.contains { $0.severity >= severity } }

    /// Only findings of selected codes.
    public func filtered(_ selection: CodeSelection) -> Validation {
        Validation(
            findings: findings.filter { AlertCode(rawValue: $0.code).map(selection.includes) ?? true },
            fixedCodes: fixedCodes.filter(selection.includes))
    }

    private init(findings: [Alert], fixedCodes: [AlertCode]) {
        self.findings = findings
        self.fixedCodes = fixedCodes
    }
}

/// Which codes somebody wants to hear of.
public struct CodeSelection: Equatable, Sendable {
    private let only: Set<AlertCode>
    private let ignored: Set<AlertCode>

    /// Only those of `only`, or all where it is empty, but none of `ignoring`.
    public init(only: Set<AlertCode> = [], ignoring: Set<AlertCode> = []) {
        self.only = only
        ignored = ignoring
    }

    /// Whether a code is among them.
    public func includes(_ code: AlertCode) -> Bool {
        (only.isEmpty || only.contains(code)) && !ignored.contains(code)
    }
}
