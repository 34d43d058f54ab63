internal import Glibc

/// The environment that children get.
public enum ChildEnvironment {
    /// The only variables handed on, where a request does not name fewer: what ssh, git and their helpers need to find the operator's keys, agent and proxy.
    ///
    /// A list of what is let in, not of what is kept out: `LIBVIRT_DEFAULT_URI`, `GIT_DIR`, `SSH_ASKPASS`, `LD_PRELOAD`
    /// and whatever else comes into fashion would each change what a command acts upon.
    public static let inheritedNames = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME", "GNUPGHOME", "KRB5CCNAME", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy",
        "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    ]

    /// `KEY=value` strings for a child: those that are handed on, `LC_ALL=C` so that outputs read the same everywhere,
    /// then `overrides`.
    static func variables(inheriting names: [String], overrides: [String: String]) -> [String] {
        var values: [String: String] = ["LC_ALL": "C"]
        for name in names {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
        values.merge(overrides) { $1 }
        return values.map { "\($0.key)=\($0.value)" }.sorted()
    }
}
