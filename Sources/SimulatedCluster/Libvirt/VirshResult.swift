/// How a virsh ended.
struct VirshResult: Sendable {
    /// Its exit status; 124 when timeout(1) has ended it.
    let status: Int32
    /// What it printed, standard error included.
    let output: String

    static func done(_ text: String = "") -> Self { VirshResult(status: 0, output: text.isEmpty ? "" : text + "\n\n") }

    static func failed(_ text: String) -> Self { VirshResult(status: 1, output: "error: \(text)\n\n") }

    static let timedOut = VirshResult(status: 124, output: "")

    /// What virsh says without a daemon.
    static let noDaemon = VirshResult(
        status: 1,
        output: "error: failed to connect to the hypervisor\n"
            + "error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Connection refused\n")

    static let disconnected = VirshResult(
        status: 1, output: "error: Disconnected from qemu:///system due to end of file\n")
}

/// The node that something ran on has lost its power.
struct PowerLost: Error {}

/// The libvirtd that was at something has died.
struct DaemonLost: Error {}
