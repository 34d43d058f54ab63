import ChildProcess
import Glibc
import Reconciler
import StateSpec

@testable import NodeDriver

/// An sshd of our own on a loopback port, with keys of its own; it ends with this object.
final class LocalSSHD: Sendable {
    let folder: String
    let port: UInt16
    private let daemon: ChildSession

    /// Whether this machine can run one.
    static let isPossible = access("/usr/sbin/sshd", X_OK) == 0 && access("/usr/bin/ssh-keygen", X_OK) == 0

    init() async throws {
        var template = Array("/tmp/havirt-sshd-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFileError(path: "/tmp") }
        folder = String(cString: made)
        for key in ["host", "user", "other"] {
            _ = try await runChild(
                ChildRequest(
                    executable: "ssh-keygen", arguments: ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(key)"]))
        }
        try writeFile("\(folder)/authorized_keys", try readFile("\(folder)/user.pub"), mode: 0o600)
        // sshd demands it when it runs as root.
        if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
        (port, daemon) = try await Self.start(folder)
        try knownHost("host")
        try writeFile(
            "\(folder)/config",
            """
            Host *
              IdentityFile \(folder)/user
              IdentitiesOnly yes
              UserKnownHostsFile \(folder)/known_hosts
              GlobalKnownHostsFile none
              StrictHostKeyChecking no
            Host alpha
              HostName 127.0.0.1

            """.utf8)
    }

    deinit { _ = system("rm -rf '\(folder)'") }

    /// Which of the keys is known to be the host's.
    func knownHost(_ key: String) throws {
        let name = Array("[127.0.0.1]:\(port) ".utf8)
        try writeFile("\(folder)/known_hosts", name + (try readFile("\(folder)/\(key).pub")))
    }

    var settings: SSHSettings {
        var settings = SSHSettings()
        settings.configFile = "\(folder)/config"
        settings.connectTimeout = Seconds(5)
        return settings
    }

    func destination() throws -> SSHDestination {
        guard let destination = SSHDestination.parse("alpha:\(port)") else { throw TestFileError(path: "alpha") }
        return destination
    }

    func stop() async { _ = await daemon.close(grace: .zero) }

    /// Tries ports until one is free: sshd takes no socket from outside.
    private static func start(_ folder: String) async throws -> (UInt16, ChildSession) {
        for _ in 0..<20 {
            let port = UInt16.random(in: 20_000..<60_000)
            let config = [
                "ListenAddress 127.0.0.1:\(port)", "HostKey \(folder)/host", "PidFile none", "UsePAM no",
                "AuthorizedKeysFile \(folder)/authorized_keys", "StrictModes no", "PermitRootLogin yes",
                "PasswordAuthentication no",
            ]
            try writeFile("\(folder)/sshd_config", config.joined(separator: "\n").utf8 + [10])
            let daemon = try await ChildSession.start(
                ChildRequest(executable: "/usr/sbin/sshd", arguments: ["-D", "-e", "-f", "\(folder)/sshd_config"]))
            for _ in 0..<100 where daemon.exit == nil {
                if String(decoding: daemon.errorOutput, as: UTF8.self).contains("listening") { return (port, daemon) }
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = await daemon.close(grace: .zero)
        }
        throw TestFileError(path: "sshd")
    }
}
