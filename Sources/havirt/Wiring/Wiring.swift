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
    func source(revision: String? = nil, worktree: Bool = false) throws -> any DesiredSource {
        if worktree { return try workTree() }
        return CommitChooser(try commits(revision: revision), isPreview: revision != nil)
    }

    func commits(revision: String?) throws -> GitCommits {
        try GitCommits(settings, revision: revision, clock: clock)
    }

    func workTree() throws(SettingsError) -> WorkTreeSource {
        guard let root = settings.repository else {
            throw SettingsError("--worktree needs the repository: name it with --repo DIR")
        }
        return WorkTreeSource(root: root, path: settings.path, clock: clock)
    }

    /// Real nodes, over ssh.
    func hypervisor() throws -> any Hypervisor {
        var ssh = SSHSettings()
        ssh.configFile = settings.ssh.config
        ssh.connectTimeout = settings.ssh.connectTimeout
        ssh.kexAlgorithms = settings.ssh.kexAlgorithms
        ssh.controlFolder = settings.ssh.multiplex ? controlFolder : nil
        try ssh.setExtraOptions(settings.ssh.options)
        return VirshHypervisor(transport: try SSHTransport(ssh))
    }

    /// A folder for ssh's sockets that nobody else can enter. Its path is short, because a socket's must be.
    private var controlFolder: String {
        ProcessInfo.processInfo.environment["RUNTIME_DIRECTORY"].map { $0 + "/ssh" } ?? "/tmp/havirt-ssh-\(geteuid())"
    }

    var records: FileRecordStore { FileRecordStore(directory: settings.varDirectory, run: run) }

    var journal: FileJournal { FileJournal(directory: settings.varDirectory) }

    var archive: FileRoundArchive { FileRoundArchive(directory: settings.varDirectory) }

    /// A round over real nodes.
    func round(_ source: any DesiredSource, options: PlanOptions = PlanOptions()) throws -> Round {
        Round(
            hypervisor: try hypervisor(), clock: clock, source: source, records: records,
            journal: journal, archive: archive, run: run, options: options)
    }
}
