internal import ChildProcess
internal import Reconciler

/// Why a node's gate did not run what was sent. Its exit status says so: its words are for people.
enum GateRefusal: Int32, CaseIterable {
    /// No script that it knows.
    case unknownScript = 93
    /// A script that is not for this key.
    case otherKey = 94
    /// Nothing that a havirt sends, or not all of it.
    case notOurs = 95
    /// The gate itself does not work.
    case broken = 96

    /// A refused script has printed nothing.
    init?(_ exit: ChildExit, output: [UInt8]) {
        guard case .code(let status) = exit, output.isEmpty else { return nil }
        self.init(rawValue: status)
    }

    var silence: Silence { Silence(.gate, detail) }

    private var detail: String {
        switch self {
        case .unknownScript:
            "it does not know the scripts of this havirt; install the one that this havirt's `havirt node gate` prints"
        case .otherKey:
            "this key may not do that; are scanKey and actKey in havirt.conf the wrong way round, or the node's lines of"
                + " authorized_keys?"
        case .notOurs: "what arrived there was cut, or not what havirt sends"
        case .broken: "it needs head, sha256sum and timeout there; install coreutils"
        }
    }
}
