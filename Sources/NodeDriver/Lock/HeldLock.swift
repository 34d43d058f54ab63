internal import Reconciler
internal import StateSpec

/// A lock that is held on a node, and the heartbeat that keeps it.
///
/// The node answers each heartbeat. The lock counts as held only while the last heartbeat that was answered is younger
/// than the time after which the node would give up, counted from when it was sent and less a margin: a network that
/// swallows everything, or a machine that was asleep, must not leave both sides in the belief that they hold it.
final class HeldLock: NodeLock {
    let known: Epoch
    private let pulse: Pulse
    private let tasks: [Task<Void, Never>]

    init(_ pulse: Pulse, known: Epoch, executor: (any TaskExecutor)?) {
        self.known = known
        self.pulse = pulse
        tasks = [
            Task(executorPreference: executor) { await pulse.beat() },
            Task(executorPreference: executor) { await pulse.listen() },
        ]
    }

    deinit { for task in tasks { task.cancel() } }

    var isHeld: Bool { pulse.isAlive }

    func claim(_ epoch: Epoch) async throws(NodeError) {
        let answer = await pulse.ask([UInt8(ascii: "e")] + Self.padded("\(epoch)"))
        switch answer {
        case "accepted": return
        case "stale": throw .refused(GuardedReply.explanation(of: "stale"))
        case "unwritten": throw .refused(GuardedReply.explanation(of: "folder"))
        default: throw .unreadable("the session ended without an answer about the epoch")
        }
    }

    func release() async {
        for task in tasks { task.cancel() }
        await pulse.end()
    }

    /// The script reads a fixed number of bytes, and its shell drops newlines at the end.
    private static func padded(_ text: String) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: ByteText.newline, count: max(0, 20 - text.utf8.count))
    }
}
