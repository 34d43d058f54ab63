import StateSpec

/// `havirt.conf` -> `ControllerSettings`, as strict as the specs: an unknown key is an error, not a default.
enum SettingsDecoder {
    static let keys = [
        "repository", "remote", "branch", "path", "var", "dryrun", "fetchTimeout", "ssh", "limits", "signers",
        "xmlPolicy",
    ]
    static let sshKeys = ["config", "connectTimeout", "kexAlgorithms", "multiplex", "options"] + SSHKeySettings.keys

    static func decode(_ bytes: [UInt8], file: String) throws(SettingsError) -> ControllerSettings {
        let findings = FindingCollector(file: file)
        var settings = ControllerSettings()
        let document = YAMLReader.read(bytes)
        findings.add(document.problems)
        if let root = document.root, let fields = FieldReader(root, keys: keys, findings: findings) {
            read(fields, into: &settings)
        }
        guard findings.findings.isEmpty else {
            throw SettingsError(findings.findings.map(\.description).joined(separator: "\n"))
        }
        return settings
    }

    private static func read(_ fields: FieldReader, into settings: inout ControllerSettings) {
        settings.signers = fields.nested("signers", keys: Signers.keys).flatMap { Signers($0) }
        settings.repository = fields.string("repository")
        settings.remote = fields.string("remote")
        settings.branch = fields.string("branch")
        settings.path = fields.string("path") ?? settings.path
        settings.varDirectory = fields.string("var") ?? settings.varDirectory
        settings.dryrun = fields.bool("dryrun") ?? settings.dryrun
        settings.fetchTimeout = fields.duration("fetchTimeout") ?? settings.fetchTimeout
        settings.limits = LimitsDecoder.decode(fields)
        settings.xmlPolicy = XMLPolicyDecoder.decode(fields)
        guard let ssh = fields.nested("ssh", keys: sshKeys) else { return }
        settings.ssh.config = ssh.string("config")
        settings.ssh.connectTimeout = ssh.duration("connectTimeout", from: Seconds(1)) ?? settings.ssh.connectTimeout
        settings.ssh.kexAlgorithms = ssh.string("kexAlgorithms")
        settings.ssh.multiplex = ssh.bool("multiplex") ?? settings.ssh.multiplex
        settings.ssh.options = ssh.strings("options") ?? []
        settings.ssh.keys.read(ssh)
    }
}

/// Settings that cannot be used.
struct SettingsError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    let description: String

    init(_ description: String) { self.description = description }
}
