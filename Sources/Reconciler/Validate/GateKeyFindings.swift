import StateSpec

/// A key with which havirt logs in, and which a node's gate is to bind to one command.
public struct GatedKey: Equatable, Sendable {
    /// What the settings call it: `scanKey`, `actKey`.
    public let setting: String
    /// Its public half; unknown where no file has it.
    public let key: Seen<PublicKey>

    /// A key of the settings.
    public init(setting: String, key: Seen<PublicKey>) {
        self.setting = setting
        self.key = key
    }
}

/// Nodes where a key that was made for the gate may do anything: its line has no command, or a plain one is left beside.
struct GateKeyFindings {
    let findings: [Alert]

    init(_ context: PlanContext, _ keys: [GatedKey]) {
        var findings: [Alert] = []
        for gated in keys {
            guard case .known(let key) = gated.key else {
                findings += Self.unread(gated)
                continue
            }
            for entry in context.roster.entries {
                // Who may log in there at all is not known: `AccessFindings` says so.
                guard case .known(let lines) = entry.node?.access?.authorized else { continue }
                let same = lines.filter { $0.key.identity == key.identity && !$0.isAuthority }
                guard same.contains(where: { !$0.isBoundToCommand }) else { continue }
                let isGated = same.contains(where: \.isBoundToCommand)
                findings.append(Self.open(gated, entry.name, isGated: isGated))
            }
        }
        self.findings = findings
    }

    private static func open(_ gated: GatedKey, _ node: NodeName, isGated: Bool) -> Alert {
        Alert(
            severity: .warning, code: AlertCode.keyUngated.rawValue, subject: "authorized_keys", node: node,
            message: isGated
                ? "has a line without a command for havirt's \(gated.setting), beside that of the gate: whoever has the key may do anything"
                : "has a line without the gate's command for havirt's \(gated.setting): whoever has the key may do anything",
            hint: isGated
                ? "remove the line of the key that has no `command=`; sshd goes by the first that fits"
                : "`havirt node gate` prints what puts the gate there; then remove the old line")
    }

    private static func unread(_ gated: GatedKey) -> [Alert] {
        guard case .unknown(let why) = gated.key else { return [] }
        return [
            Alert(
                severity: .notice, code: AlertCode.notScanned.rawValue, subject: gated.setting,
                message: "whether nodes bind it to the gate is not known: \(why)",
                hint: "`ssh-keygen -y -f FILE >FILE.pub` makes the public half of a key")
        ]
    }
}
