import FoundationEssentials

/// Where settings come from: the file, then `HAVIRT_…`, then flags; the later wins.
enum SettingsLoader {
    static let defaultFile = "/etc/havirt/havirt.conf"

    /// - Parameter configFile: what `--config` says.
    static func load(
        configFile: String?, environment: [String: String]
    ) throws(SettingsError) -> ControllerSettings {
        var settings = ControllerSettings()
        // The working directory is never looked at: it may belong to whoever can push.
        if let file = configFile ?? environment["HAVIRT_CONFIG"] {
            settings = try SettingsDecoder.decode(try read(file), file: file)
        } else if FileManager.default.fileExists(atPath: defaultFile) {
            settings = try SettingsDecoder.decode(try read(defaultFile), file: defaultFile)
        }
        settings.repository = environment["HAVIRT_REPO"] ?? settings.repository
        settings.remote = environment["HAVIRT_REMOTE"] ?? settings.remote
        settings.branch = environment["HAVIRT_BRANCH"] ?? settings.branch
        settings.path = environment["HAVIRT_PATH"] ?? settings.path
        settings.varDirectory = environment["HAVIRT_VAR"] ?? settings.varDirectory
        settings.ssh.config = environment["HAVIRT_SSH_CONFIG"] ?? settings.ssh.config
        settings.ssh.keys.scan = environment["HAVIRT_SCAN_KEY"] ?? settings.ssh.keys.scan
        settings.ssh.keys.act = environment["HAVIRT_ACT_KEY"] ?? settings.ssh.keys.act
        if let word = environment["HAVIRT_DRYRUN"] {
            guard word == "true" || word == "false" else {
                throw SettingsError("HAVIRT_DRYRUN is '\(word)'; it takes true or false")
            }
            settings.dryrun = word == "true"
        }
        return settings
    }

    private static func read(_ file: String) throws(SettingsError) -> [UInt8] {
        do throws(Failure) {
            return try FileBytes.read(file, bytesMax: 1 << 20, isObeyed: true)
        } catch {
            throw SettingsError("the settings: \(error)")
        }
    }
}
