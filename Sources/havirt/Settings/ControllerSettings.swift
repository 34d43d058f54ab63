import Reconciler
import StateSpec

/// `havirt.conf`: the controller's own settings. They never come from the repository, because whoever can push must not
/// be able to switch off the checks.
struct ControllerSettings: Equatable {
    /// The repository: a work tree or a bare one.
    var repository: String?
    /// Where commits are fetched from before a round, into a mirror that havirt owns.
    var remote: String?
    /// The branch whose tip is applied.
    var branch: String?
    /// The folder of the specs inside the repository.
    var path = "cluster.d"
    /// Where records are kept.
    var varDirectory = "/var/lib/havirt"
    /// Whether commands are only printed.
    var dryrun = true
    /// How long a fetch may take.
    var fetchTimeout = Seconds(60)
    /// Who may sign commits; nil where no signatures are asked for.
    var signers: Signers?
    /// How nodes are reached.
    var ssh = SSH()
    /// The loosest policy that git may choose.
    var limits = PolicyLimits()
    /// What domains' XML may ask of nodes; anything where nil.
    var xmlPolicy: XMLPolicy?
    /// The flags of the command line that say where the specs are: a printed command repeats them.
    var flags: [String] = []

    /// How nodes are reached.
    struct SSH: Equatable {
        /// An ssh config file instead of the user's own.
        var config: String?
        /// How long a connection may take to come about.
        var connectTimeout = Seconds(10)
        /// Key exchange algorithms, as ssh spells them; the ssh config's where nil.
        var kexAlgorithms: String?
        /// Whether connections are kept open and shared.
        var multiplex = true
        /// The keys for nodes with a gate.
        var keys = SSHKeySettings()
        /// Further `Key=Value` options.
        var options: [String] = []
    }
}
