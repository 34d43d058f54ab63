internal import StateSpec

/// ssh's command line. Nothing of it comes from git or a node but the host, user and port that lint has checked.
enum SSHArguments {
    static func arguments(
        _ settings: SSHSettings, to node: SSHDestination, controlPath: String?, scriptBytes: Int
    ) -> [String] {
        var arguments: [String] = []
        if let file = settings.configFile { arguments += ["-F", file] }
        // ssh takes the first value it meets, so that these outrank the operator's options and configuration files.
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ForwardAgent=no", "ForwardX11=no",
            "ClearAllForwardings=yes", "PermitLocalCommand=no", "RequestTTY=no", "EscapeChar=none",
            "RemoteCommand=none", "ConnectTimeout=\(settings.connectTimeout.count)", "ServerAliveInterval=5",
            "ServerAliveCountMax=3",
        ]
        if let controlPath {
            options += [
                "ControlMaster=auto", "ControlPath=\(controlPath)", "ControlPersist=\(settings.controlPersist.count)",
            ]
        } else {
            options += ["ControlMaster=no", "ControlPath=none"]
        }
        if let algorithms = settings.kexAlgorithms { options.append("KexAlgorithms=\(algorithms)") }
        for option in options + settings.extraOptions { arguments += ["-o", option] }
        if let port = node.port { arguments += ["-p", "\(port)"] }
        if let user = node.user { arguments += ["-l", user] }
        return arguments + ["-T", "--", node.host, bootstrap(scriptBytes: scriptBytes)]
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
    static func bootstrap(scriptBytes: Int) -> String { "exec /bin/sh -c 'eval \"$(head -c \(scriptBytes))\"'" }
}
