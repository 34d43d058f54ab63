public import StateSpec

/// What a node has to do with iSCSI, at a glance.
public struct NodeSessions: Equatable, Codable, Sendable {
    /// One session.
    public struct Session: Equatable, Codable, Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// The portal.
        public let portal: ISCSIPortal
        /// How it does.
        public let state: ISCSISession.State
        /// Whether and why it is wanted, escaped.
        public let wish: String
        /// Its disks, by LUN.
        public let luns: [LUN]
    }

    /// A disk of a session.
    public struct LUN: Equatable, Codable, Sendable {
        /// The LUN's number.
        public let lun: Int
        /// The kernel's name, escaped.
        public let device: String
        /// Its size; 0 where the target does not have it any more.
        public let bytes: Int64
        /// Its identity, escaped; nil for none.
        public let wwid: String?
        /// Who uses it, escaped.
        public let users: [String]
    }

    /// A target that is wanted there, and has no session.
    public struct Missing: Equatable, Codable, Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// Why it is wanted, escaped.
        public let wish: String
    }

    /// The node's name as an initiator; nil where it has no iscsiadm.
    public let initiator: String?
    /// By target, then portal.
    public let sessions: [Session]
    /// By target.
    public let missing: [Missing]

    init(_ seen: ObservedISCSI, on index: Int, _ context: PlanContext) {
        let wishes = SessionWishes(context)
        initiator = seen.initiator.map { Escaped($0).bare }
        sessions = seen.sessions.sorted { ($0.target, $0.portal, $0.number) < ($1.target, $1.portal, $1.number) }.map {
            Session(
                target: $0.target, portal: $0.portal, state: $0.state,
                wish: wishes.standing(of: $0.target, on: index).words, luns: $0.devices.map(LUN.init))
        }
        missing = wishes.wanted(on: index).filter { seen.sessions(of: $0).isEmpty }.map {
            Missing(target: $0, wish: wishes.standing(of: $0, on: index).words)
        }
    }

    /// Whether there is anything to be told.
    var isEmpty: Bool { sessions.isEmpty && missing.isEmpty }
}

extension NodeSessions.LUN {
    fileprivate init(_ device: ISCSIDevice) {
        self.init(
            lun: device.lun, device: Escaped(device.name).bare, bytes: device.bytes,
            wwid: device.wwid.map { Escaped($0.text).bare }, users: device.users.map(\.description))
    }
}

extension SessionWishes.Standing {
    fileprivate var words: String {
        switch self {
        case .wanted(let reason): reason.text
        case .idle: "nothing there needs it"
        case .departed: "git does not name it any more"
        case .foreign: "git never named it; left alone"
        }
    }
}

/// The same in words.
enum NodeSessionsText {
    static func lines(_ sessions: Seen<NodeSessions>?) -> [String] {
        switch sessions {
        case nil: return []
        case .unknown(let why)?: return ["", "iSCSI", "  cannot be told: \(why)"]
        case .known(let seen)?:
            guard !seen.isEmpty else { return [] }
            var lines = ["", "iSCSI" + (seen.initiator.map { ", as \($0)" } ?? "")]
            for session in seen.sessions {
                lines.append("  \(session.target) through \(session.portal): \(words(session.state)); \(session.wish)")
                lines += TextColumns.align(session.luns.map(row)).map { "  \($0)" }
            }
            lines += seen.missing.map { "  \($0.target): NOT LOGGED IN; \($0.wish)" }
            return lines
        }
    }

    private static func words(_ state: ISCSISession.State) -> String {
        switch state {
        case .loggedIn: "logged in"
        case .failed: "FAILED"
        case .changing: "coming or going"
        }
    }

    private static func row(_ lun: NodeSessions.LUN) -> [String] {
        [
            "LUN \(lun.lun)", lun.device, lun.bytes == 0 ? "GONE" : ByteCount.words(lun.bytes),
            lun.wwid ?? "without a WWID", lun.users.isEmpty ? "" : "used by \(lun.users.joined(separator: ", "))",
        ]
    }
}
