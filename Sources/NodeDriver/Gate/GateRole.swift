internal import Reconciler

/// What one of havirt's keys may do on a node.
public enum GateRole: String, CaseIterable, Sendable {
    /// Looks at the node.
    case scan
    /// Does everything else.
    case act

    /// The scripts that it may run, by names for people.
    var scripts: [(name: String, script: NodeScript)] {
        switch self {
        case .scan: [("scan", ScanScript.script(.round)), ("scan-crosswise", ScanScript.script(.crosswise))]
        case .act:
            [
                ("command", GuardScript.script), ("lock", LockScript.script), ("holder", HolderScript.script),
                ("discover", DiscoverScript.script),
            ]
        }
    }
}

extension NodeScript.Purpose {
    /// Which key it takes; nil for what logs in nowhere.
    ///
    /// Asking a portal takes the key that acts: it connects to any host and port that it is told, and may show it the
    /// answer to a CHAP challenge.
    var role: GateRole? {
        switch self {
        case .scan: .scan
        case .command, .lock, .holder, .discover: .act
        case .other: nil
        }
    }
}
