/// A domain's state and reason in virsh's own words (`virsh domstate --reason`).
public struct ObservedState: Hashable, Sendable, CustomStringConvertible {
    /// `running`, `shut off`…
    public let state: String
    /// `booted`, `destroyed`…
    public let reason: String
    /// What the state means for safety. Words that are not in the table are `.transition`: hands off.
    public let activity: Activity

    /// A state.
    public init(_ state: String, _ reason: String) {
        self.state = state
        self.reason = reason
        // Looked up once, because a plan asks for it many times.
        activity = Self.table[Words(state: state, reason: reason)] ?? .transition
    }

    /// As virsh prints it: "running (booted)".
    public var description: String { "\(state) (\(reason))" }

    private struct Words: Hashable {
        let state: String
        let reason: String
    }
}

extension ObservedState: Codable {
    private enum CodingKeys: String, CodingKey { case state, reason }

    /// Reads the two words.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(String.self, forKey: .state), try container.decode(String.self, forKey: .reason))
    }

    /// Writes the two words.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(state, forKey: .state)
        try container.encode(reason, forKey: .reason)
    }
}

/// What a domain's state means for safety (the state table of docs/states.md).
public enum Activity: Hashable, Sendable {
    /// It holds its disks, and nothing is wrong.
    case active
    /// It holds its disks while its guest shuts down.
    case stopping
    /// It holds its disks with its vCPUs stopped by a person.
    case pausedByUser
    /// It holds its disks, and a person has to look.
    case alarm
    /// It is on its way to another state: no command may touch it.
    case transition
    /// Post-copy failed: both halves are needed, only a person may touch it.
    case critical
    /// It holds nothing.
    case inactive
    /// It holds nothing, but its memory image belongs to this node and this state of its disks.
    case saved

    /// Whether it may be using its disks.
    public var holdsDisks: Bool {
        switch self {
        case .active, .alarm, .transition, .critical: true
        case .pausedByUser: Guard.pausedIsActive.isOn
        case .stopping: Guard.stoppingIsActive.isOn
        case .inactive, .saved: false
        }
    }
}

extension ObservedState {
    /// All states in the table.
    static var known: [ObservedState] { table.keys.map { ObservedState($0.state, $0.reason) } }

    /// libvirt's words by what they mean. What is missing here is a transition by default.
    private static let table: [Words: Activity] = {
        let rows: [(String, Activity, [String])] = [
            (
                "running", .active,
                [
                    "unknown", "booted", "restored", "from snapshot", "unpaused", "save canceled", "event wakeup",
                    "crashed", "migrated", "migration canceled",
                ]
            ),
            ("running", .transition, ["post-copy"]),
            ("running", .critical, ["post-copy failed"]),
            ("idle", .active, ["unknown"]),
            ("paused", .pausedByUser, ["user"]),
            (
                "paused", .transition,
                [
                    "migrating", "starting up", "post-copy", "saving", "dumping", "creating snapshot",
                    "from snapshot",
                ]
            ),
            ("paused", .critical, ["post-copy failed"]),
            ("paused", .alarm, ["I/O error", "watchdog", "crashed", "shutting down", "api error", "unknown"]),
            ("in shutdown", .stopping, ["unknown", "user"]),
            (
                "shut off", .inactive,
                [
                    "shutdown", "destroyed", "daemon", "from snapshot", "unknown", "migrated", "failed", "crashed",
                ]
            ),
            ("shut off", .saved, ["saved"]),
            ("crashed", .alarm, ["unknown", "panicked"]),
            ("pmsuspended", .active, ["unknown"]),
            ("no state", .transition, ["unknown"]),
        ]
        var table: [Words: Activity] = [:]
        for (state, activity, reasons) in rows {
            for reason in reasons { table[Words(state: state, reason: reason)] = activity }
        }
        return table
    }()
}
