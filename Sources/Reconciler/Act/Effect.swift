import StateSpec

/// What a node shows of a domain while a step takes effect.
enum Effect: Equatable {
    /// The effect is there.
    case seen
    /// Not yet.
    case pending
    /// It will not come.
    case failed(String)

    /// Whether a started domain runs.
    static func ofStart(_ domain: ObservedDomain?) -> Effect {
        guard let domain else { return .failed("it is gone again: the guest or its QEMU ended") }
        return switch domain.activity {
        case .active: .seen
        case .transition: .pending
        case .inactive, .saved: .failed("it is \(domain.state)")
        case .stopping, .pausedByUser, .alarm, .critical: .failed("it came up as \(domain.state)")
        }
    }

    /// Whether a domain that was told to shut down is off.
    static func ofShutdown(_ domain: ObservedDomain?) -> Effect {
        domain.map { $0.activity.holdsDisks } ?? false ? .pending : .seen
    }

    /// Whether a migrated domain runs on the target, and on the target only.
    static func ofMigration(source: ObservedDomain?, target: ObservedDomain?) -> Effect {
        let leftSource = !(source?.activity.holdsDisks ?? false)
        guard let target, target.activity.holdsDisks else {
            return leftSource ? .failed("it is active on neither side") : .failed("it stayed where it was")
        }
        if target.activity == .active, leftSource { return .seen }
        return .pending
    }
}
