public import StateSpec

/// What came of asking a node. Silence is never absence.
public enum Reading: Equatable, Sendable {
    /// A complete answer, and when it arrived.
    case answered(ObservedNode, at: Timestamp)
    /// No answer that can be trusted.
    case silent(Silence)

    /// The node, if it answered.
    public var node: ObservedNode? {
        if case .answered(let node, _) = self { node } else { nil }
    }
}

/// Why a node counts as silent.
public struct Silence: Equatable, Codable, Sendable, CustomStringConvertible {
    /// Where it broke.
    public enum Cause: String, Codable, Sendable, CaseIterable {
        /// ssh could not connect or log in.
        case unreachable
        /// A host answers, but its key is unknown or has changed, or it lets nobody in.
        case hostKey
        /// Its gate refused what was sent: another version of havirt, or the wrong key.
        case gate
        /// It did not finish by its deadline.
        case deadline
        /// It sent more than the cap.
        case flood
        /// What it sent is cut, garbled or contradicts itself.
        case unreadable
        /// The scan did not run as root.
        case notRoot
        /// libvirt did not answer.
        case hypervisor
        /// Another machine answers under this name.
        case wrongHost
        /// It is a member of another cluster, too.
        case otherCluster
        /// It answers, but its lock could not be taken or was lost, so what it says may change under us.
        case notLocked
        /// It was not asked.
        case notAsked
    }

    /// Where it broke.
    public let cause: Cause
    /// What was seen, one line, escaped.
    public let detail: String

    /// Whether something answered, though not as it should: whoever declared the node dead was wrong.
    public var isSignOfLife: Bool {
        switch cause {
        case .unreachable, .notAsked: false
        case .hostKey, .gate, .deadline, .flood, .unreadable, .notRoot, .hypervisor, .wrongHost, .otherCluster,
            .notLocked:
            true
        }
    }

    /// A silence.
    public init(_ cause: Cause, _ detail: String) {
        self.cause = cause
        self.detail = detail
    }

    /// "unreachable: connection refused"
    public var description: String {
        let title =
            switch cause {
            case .unreachable: "unreachable"
            case .hostKey: "not let in, or not trusted"
            case .gate: "refused by its gate"
            case .deadline: "no answer in time"
            case .flood: "too much output"
            case .unreadable: "unreadable answer"
            case .notRoot: "not root"
            case .hypervisor: "libvirt does not answer"
            case .wrongHost: "another host answers"
            case .otherCluster: "belongs to another cluster"
            case .notLocked: "not locked by this run"
            case .notAsked: "not scanned"
            }
        return detail.isEmpty ? title : "\(title): \(detail)"
    }
}

extension Reading: Codable {
    private enum CodingKeys: String, CodingKey { case answered, at, silent }

    /// Reads `{"answered": …, "at": …}` or `{"silent": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let silence = try container.decodeIfPresent(Silence.self, forKey: .silent) {
            self = .silent(silence)
        } else {
            self = .answered(
                try container.decode(ObservedNode.self, forKey: .answered),
                at: try container.decode(Timestamp.self, forKey: .at))
        }
    }

    /// Writes `{"answered": …, "at": …}` or `{"silent": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .answered(let node, let moment):
            try container.encode(node, forKey: .answered)
            try container.encode(moment, forKey: .at)
        case .silent(let silence):
            try container.encode(silence, forKey: .silent)
        }
    }
}
