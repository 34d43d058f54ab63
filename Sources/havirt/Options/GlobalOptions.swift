import ArgumentParser
import FoundationEssentials
import Reconciler

/// What every command takes: where the settings and the specs are.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The settings file.", valueName: "file"), completion: .file())
    var config: String?

    @Option(
        name: .long, help: ArgumentHelp("The git repository: a work tree or a bare one.", valueName: "dir"),
        completion: .directory)
    var repo: String?

    @Option(name: .long, help: ArgumentHelp("The branch whose tip is read.", valueName: "branch"))
    var branch: String?

    @Option(name: .long, help: ArgumentHelp("The folder of the specs in the repository.", valueName: "folder"))
    var path: String?

    @Option(
        name: .customLong("var"), help: ArgumentHelp("Where records are kept.", valueName: "dir"),
        completion: .directory)
    var varDirectory: String?

    @Option(
        name: .long, help: ArgumentHelp("An ssh config file instead of your own.", valueName: "file"),
        completion: .file())
    var sshConfig: String?

    /// The settings of this run.
    func settings() throws(SettingsError) -> ControllerSettings {
        var settings = try SettingsLoader.load(
            configFile: config, environment: ProcessInfo.processInfo.environment)
        settings.repository = repo ?? settings.repository
        if repo != nil { settings.remote = nil }
        settings.branch = branch ?? settings.branch
        settings.path = path ?? settings.path
        settings.varDirectory = varDirectory ?? settings.varDirectory
        settings.ssh.config = sshConfig ?? settings.ssh.config
        for (flag, value) in [("--config", config), ("--repo", repo), ("--branch", branch), ("--path", path)] {
            if let value { settings.flags += [flag, value] }
        }
        return settings
    }
}

/// What every command takes that changes what is wished for, by a commit.
struct CommitOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do it instead of showing what would be done.")
    var yes = false

    @Flag(name: .long, help: "Only show it, whatever the settings say.")
    var dryrun = false

    @Flag(name: .long, help: "Leave the remote alone: commit here, and let the next run push.")
    var offline = false

    func validate() throws {
        if yes && dryrun { throw ValidationError("--yes and --dryrun exclude each other") }
    }

    /// Whether this run commits.
    func acts(_ settings: ControllerSettings) -> Bool { yes || (!settings.dryrun && !dryrun) }
}

/// What every command that plans takes.
struct LockOption: ParsableArguments {
    @Flag(name: .long, help: "Neither start nor migrate what libvirt's storage lock does not protect.")
    var requireLock = false

    /// Rules for a run with nothing else changed.
    var planOptions: PlanOptions {
        var options = PlanOptions()
        options.requireLock = requireLock
        return options
    }
}

/// What every command that changes the cluster takes.
struct ActOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Carry the commands out instead of printing them.")
    var yes = false

    @Flag(name: .long, help: "Only print the commands, whatever the settings say.")
    var dryrun = false

    @Option(name: .long, help: ArgumentHelp("Let this run shut down up to N domains.", valueName: "n"))
    var maxStops: Int?

    @Option(name: .long, help: ArgumentHelp("Let this run move up to N domains.", valueName: "n"))
    var maxMoves: Int?

    @OptionGroup var lock: LockOption

    func validate() throws {
        if yes && dryrun { throw ValidationError("--yes and --dryrun exclude each other") }
        for (name, value) in [("--max-stops", maxStops), ("--max-moves", maxMoves)] where (value ?? 0) < 0 {
            throw ValidationError("\(name) takes a number that is not negative")
        }
    }

    /// The rules of the run.
    var planOptions: PlanOptions {
        var options = lock.planOptions
        options.stopsMax = maxStops
        options.movesMax = maxMoves
        return options
    }

    /// Whether this run carries commands out.
    func acts(_ settings: ControllerSettings) -> Bool { yes || (!settings.dryrun && !dryrun) }
}
