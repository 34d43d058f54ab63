internal import StateSpec

/// ssh's command line. Nothing of it comes from git or a node but the host, user and port that lint has checked.
enum SSHArguments {
    static func arguments(
        _ settings: SSHSettings, to node: SSHDestination, key: PrivateKeyFile? = nil, controlPath: String?,
        scriptBytes: Int
    ) -> [String] {
        var connection = ["RequestTTY=no"]
        if let controlPath {
            connection += [
                "ControlMaster=auto", "ControlPath=\(controlPath)", "ControlPersist=\(settings.controlPersist.count)",
            ]
        } else {
            connection += notShared
        }
        let identity = key.map { ["-o", "IdentitiesOnly=yes", "-i", $0.path] } ?? []
        return options(connection, settings) + identity + destination(node)
            + ["-T", "--", node.host, bootstrap(scriptBytes: scriptBytes)]
    }

    /// For a person's terminal: a connection of its own, which ends with the command.
    ///
    /// - Parameter command: a line for the node's login shell; it must hold no data but what a grammar has checked.
    static func arguments(_ settings: SSHSettings, to node: SSHDestination, running command: String) -> [String] {
        options(["RequestTTY=yes"] + notShared, settings) + destination(node) + ["-t", "--", node.host, command]
    }

    private static let notShared = ["ControlMaster=no", "ControlPath=none"]

    private static func options(_ connection: [String], _ settings: SSHSettings) -> [String] {
        // ssh takes the first value it meets, so that these outrank the operator's options and configuration files.
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ForwardAgent=no", "ForwardX11=no",
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "EscapeChar=none", "RemoteCommand=none",
            "ConnectTimeout=\(settings.connectTimeout.count)", "ServerAliveInterval=5", "ServerAliveCountMax=3",
        ]
        options += connection
        if let algorithms = settings.kexAlgorithms { options.append("KexAlgorithms=\(algorithms)") }
        return (settings.configFile.map { ["-F", $0] } ?? [])
            + (options + settings.extraOptions).flatMap { ["-o", $0] }
    }

    private static func destination(_ node: SSHDestination) -> [String] {
        (node.port.map { ["-p", "\($0)"] } ?? []) + (node.user.map { ["-l", $0] } ?? [])
    }

    /// Options, to be put before all others, with which ssh meets a host, writes its key into a file of its own, and leaves.
    static func meeting(knownHosts file: String) -> [String] {
        let options = [
            "StrictHostKeyChecking=accept-new", "UserKnownHostsFile=\(file)", "GlobalKnownHostsFile=/dev/null",
            "KnownHostsCommand=none", "VerifyHostKeyDNS=no", "PreferredAuthentications=none",
        ]
        return options.flatMap { ["-o", $0] }
    }

    /// The one command line that any login shell on a node ever gets: it starts a POSIX shell on the first bytes of
    /// standard input, and leaves the rest of it to the script. The number is the only thing in it that varies.
    static func bootstrap(scriptBytes: Int) -> String { "\(bootstrapHead)\(scriptBytes)\(bootstrapTail)" }

    static let bootstrapHead = "exec /bin/sh -c 'eval \"$(head -c "
    static let bootstrapTail = ")\"'"
}
