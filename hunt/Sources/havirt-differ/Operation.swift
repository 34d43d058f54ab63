import Reconciler
import SimulatedCluster
import StateSpec

/// One thing that is done in a sequence.
enum Operation: Sendable {
    /// A run takes the lock of a node.
    case lock(Run, NodeName)
    /// It has the node accept an epoch.
    case claim(Run, Int64, NodeName)
    /// It gives the lock up.
    case release(Run, NodeName)
    /// A command of a run, in its guard.
    case perform(Run, NodeCommand, NodeName, Manner)
    /// The same beside what follows, until it is joined.
    case begin(Run, NodeCommand, NodeName)
    /// Waits for the end of what was begun on a node.
    case join(NodeName)
    case settle(Run, DomainUUID, NodeName)
    case witness(Run, DomainUUID, digest: String, NodeName)
    case remember(Run, NodeMemo, NodeName)
    /// Somebody types virsh.
    case type(TypedCommand, NodeName)
    case inflict(Fault, NodeName)
    /// Waits until a guest listens to its power button.
    case waitUntilUp(Guest)
    /// Waits until a domain is in a state on a node; nil for gone.
    case waitFor(DomainUUID, ObservedState?, NodeName)
    /// Waits until the process of a command for a domain lives on a node.
    case waitForMarker(DomainUUID, NodeName)
    /// Does nothing for so many seconds.
    case pause(Int64)

    /// Whose lock and epoch.
    struct Run: Sendable, Equatable {
        let id: RunID
        let epoch: Epoch
        /// Whether its heart beats.
        let isAlive: Bool

        init(_ text: String, epoch number: Int64, isAlive: Bool = true) {
            guard let id = try? RunID(text), let epoch = Epoch(number) else { preconditionFailure("\(text) is no run") }
            self.id = id
            self.epoch = epoch
            self.isAlive = isAlive
        }
    }

    /// Whether nodes are seen to change until the operation is over.
    var isWaiting: Bool {
        switch self {
        case .waitFor, .waitForMarker, .join: true
        default: false
        }
    }

    /// How a command is sent.
    enum Manner: String, Sendable {
        case plain
        /// It is given two seconds only.
        case hasty
        case ofWrongBoot, ofWrongEpoch, late
    }
}

extension Operation: CustomStringConvertible {
    var description: String {
        switch self {
        case .lock(let run, let node): "\(run.id) locks \(node)"
        case .claim(let run, let epoch, let node): "\(run.id) claims \(epoch) on \(node)"
        case .release(let run, let node): "\(run.id) releases \(node)"
        case .perform(let run, let command, let node, let manner):
            "\(run.id) performs \(Self.words(command)) on \(node)" + (manner == .plain ? "" : " (\(manner.rawValue))")
        case .begin(let run, let command, let node): "\(run.id) begins \(Self.words(command)) on \(node)"
        case .join(let node): "what was begun on \(node) ends"
        case .settle(let run, let uuid, let node): "\(run.id) settles \(uuid) on \(node)"
        case .witness(let run, let uuid, let digest, let node): "\(run.id) notes \(digest) of \(uuid) on \(node)"
        case .remember(let run, _, let node): "\(run.id) has \(node) remember"
        case .type(let command, let node): "a person types \(Self.words(command)) on \(node)"
        case .inflict(let fault, let node): "\(fault) on \(node)"
        case .waitUntilUp(let guest): "\(guest.name) boots"
        case .waitFor(let uuid, let state, let node): "\(uuid) is to be \(state?.description ?? "gone") on \(node)"
        case .waitForMarker(let uuid, let node): "\(uuid) is to be in flight on \(node)"
        case .pause(let seconds): "\(seconds) s pass"
        }
    }

    private static func words(_ command: NodeCommand) -> String {
        switch command {
        case .create(let uuid, _): "create \(uuid)"
        case .shutdown(let uuid): "shutdown \(uuid)"
        case .destroy(let uuid): "destroy \(uuid)"
        case .migrate(let uuid, let target, let isPersistent, _):
            "migrate \(uuid) to \(target.name)" + (isPersistent ? " with its definition" : "")
        case .abortJob(let uuid): "domjobabort \(uuid)"
        case .iscsi(let command): "\(command)"
        }
    }

    private static func words(_ command: TypedCommand) -> String {
        switch command {
        case .create: "create"
        case .define: "define"
        case .start(let uuid): "start \(uuid)"
        case .shutdown(let uuid): "shutdown \(uuid)"
        case .destroy(let uuid): "destroy \(uuid)"
        case .suspend(let uuid): "suspend \(uuid)"
        case .resume(let uuid): "resume \(uuid)"
        case .managedSave(let uuid): "managedsave \(uuid)"
        case .undefine(let uuid): "undefine \(uuid)"
        case .setAutostart(let uuid, let isOn): "autostart \(isOn ? "on" : "off") \(uuid)"
        case .migrate(let uuid, let target, _): "migrate \(uuid) to \(target)"
        case .abortJob(let uuid): "domjobabort \(uuid)"
        }
    }
}
