import FoundationEssentials
import Glibc
import NodeDriver
import Reconciler
import StateSpec
import Store

/// Builds the effects that commands work with; the only place that does.
struct Wiring {
    let settings: ControllerSettings
    let clock = SystemClock()
    let run = RunID.random()

    /// Where wishes come from.
    ///
    /// - Parameter isForSaved: whether they are compared with a saved scan.
    func source(
        revision: String? = nil, worktree: Bool = false, isForSaved: Bool = false
    ) throws -> any DesiredSource {
        if worktree { return try workTree() }
        let preview: Preview = revision != nil ? .ofRevision : isForSaved ? .ofSavedScan : .none
        return CommitChooser(try commits(revision: revision), preview: preview)
    }

    func commits(revision: String?, isOffline: Bool = false) throws -> GitCommits {
        try GitCommits(settings, revision: revision, isOffline: isOffline, clock: clock)
    }

    func workTree() throws(SettingsError) -> WorkTreeSource {
        guard let root = settings.repository else {
            throw SettingsError("--worktree needs the repository: name it with --repo DIR")
        }
        return WorkTreeSource(
            root: root, path: settings.path, limits: settings.limits, xmlPolicy: settings.xmlPolicy, clock: clock)
    }

    /// How nodes are reached.
    func ssh() throws -> SSHSettings {
        var ssh = SSHSettings()
        ssh.configFile = settings.ssh.config
        ssh.connectTimeout = settings.ssh.connectTimeout
        ssh.kexAlgorithms = settings.ssh.kexAlgorithms
        try ssh.setExtraOptions(settings.ssh.options)
        return ssh
    }

    /// How a person reaches what this run reaches.
    func pastedTools(_ ssh: SSHSettings) -> PastedTools {
        let words = ["ssh"] + (ssh.configFile.map { ["-F", $0] } ?? []) + ssh.extraOptions.flatMap { ["-o", $0] }
        return PastedTools(ssh: words, havirtFlags: settings.flags)
    }

    /// The same, by the settings of this run.
    func tools() throws -> PastedTools { pastedTools(try ssh()) }

    /// Real nodes, over ssh.
    func hypervisor() throws -> VirshHypervisor {
        let ssh = try ssh()
        let hypervisor = VirshHypervisor(transport: try transport(ssh), clock: clock, tools: pastedTools(ssh))
        for (node, population) in try records.population() {
            hypervisor.expect(population.domains.mapValues { $0.state.state == "running" }, on: node)
        }
        return hypervisor
    }

    private func transport(_ ssh: SSHSettings) throws -> any Transport {
        var ssh = ssh
        ssh.keys = try settings.ssh.keys.opened()
        guard settings.ssh.multiplex else { return try SSHTransport(ssh) }
        // Short, because a socket's path must be.
        let runtime = ProcessInfo.processInfo.environment["RUNTIME_DIRECTORY"].map { $0 + "/ssh" }
        let parent = runtime ?? "/tmp/havirt-ssh-\(geteuid())"
        return try SharedConnections(ssh, in: try ConnectionFolder(below: parent, run: run.text))
    }

    var records: FileRecordStore { FileRecordStore(directory: settings.varDirectory, run: run) }

    var journal: FileJournal { FileJournal(directory: settings.varDirectory) }

    var archive: FileRoundArchive { FileRoundArchive(directory: settings.varDirectory) }

    /// A round over real nodes.
    func round(
        _ source: any DesiredSource, options: PlanOptions = PlanOptions(),
        isStopping: @escaping @Sendable () -> Bool = { false }, depth: ScanDepth = .round, isPreview: Bool = false
    ) throws -> Round {
        Round(
            hypervisor: try hypervisor(), clock: clock, source: source,
            records: isPreview ? ReadRecords(records) : records,
            journal: journal, archive: archive, run: run, options: options, isStopping: isStopping, depth: depth)
    }
}
