internal import StateSpec
internal import Synchronization

/// The shells that wait for the next scan, one a node. Who asks takes a shell out and puts it back after an answer, so
/// that no two questions ever share one; a second asker finds none and opens its own.
final class KeptShells: Sendable {
    private let shells = Mutex<[SSHDestination: KeptShell]>([:])

    /// A shell that was still open a moment ago.
    func take(_ node: SSHDestination) -> KeptShell? {
        let shell = shells.withLock { $0.removeValue(forKey: node) }
        return shell.flatMap { $0.isOpen ? $0 : nil }
    }

    /// Keeps a shell that has answered.
    func keep(_ shell: KeptShell, for node: SSHDestination) { shells.withLock { $0[node] = shell } }
}
