/// All codes of alerts, each with its meaning. `cluster validate --codes` prints the table.
public enum AlertCode: String, CaseIterable, Sendable {
    // Domains against git's wishes.
    case notRunning = "not-running"
    case notStopped = "not-stopped"
    case notPruned = "not-pruned"
    case misplaced
    case notDrained = "not-drained"
    case cannotLeave = "cannot-leave"
    case apartBroken = "apart-broken"
    case togetherBroken = "together-broken"
    case holdExpired = "hold-expired"
    case heldByTip = "held-by-tip"
    case outlawed
    case unmanaged

    // Domains in a state that no wish explains.
    case doubleRun = "double-run"
    case diskClash = "disk-clash"
    case strayProcess = "stray-process"
    case identity
    case notUnderstood = "not-understood"
    case hiddenDisks = "hidden-disks"
    case homeUnknown = "home-unknown"
    case homeNotInGit = "home-not-in-git"
    case critical
    case alarm
    case paused
    case crashed
    case leftover
    case inTransition = "in-transition"

    // What nodes keep of domains.
    case autostart
    case autostartElsewhere = "autostart-elsewhere"
    case strayDefinition = "stray-definition"
    case strayImage = "stray-image"
    case managedSave = "managed-save"

    // Definitions: git's, the stored one, and what runs.
    case xmlPending = "xml-pending"
    case xmlLive = "xml-live"
    case xmlPersistent = "xml-persistent"
    case xmlBlocksMigration = "xml-blocks-migration"

    // Networks and bridges.
    case networkMissing = "network-missing"
    case networkInactive = "network-inactive"
    case networkAutostart = "network-autostart"
    case networkDiffers = "network-differs"
    case bridgeMissing = "bridge-missing"
    case bridgeUplink = "bridge-uplink"

    // ssh between nodes.
    case keyMissing = "key-missing"
    case keyRestricted = "key-restricted"
    case noKey = "no-key"
    case hostKeyUnknown = "host-key-unknown"
    case hostKeyChanged = "host-key-changed"
    case sshConfig = "ssh-config"
    case keyUngated = "key-ungated"

    // iSCSI.
    case sessionMissing = "session-missing"
    case sessionExtra = "session-extra"
    case sessionStale = "session-stale"
    case sessionFailed = "session-failed"
    case startupAutomatic = "startup-automatic"
    case lunGone = "lun-gone"
    case lunDiffers = "lun-differs"
    case iscsiUnknown = "iscsi-unknown"

    // Nodes.
    case silent
    case wrongHost = "wrong-host"
    case fencingVoid = "fencing-void"
    case nodeWithoutFile = "node-without-file"
    case maintenanceExpired = "maintenance-expired"
    case clockSkew = "clock-skew"
    case clockApart = "clock-apart"
    case versionsDiffer = "versions-differ"
    case cpuDiffers = "cpu-differs"
    case unprotected
    case nPlusOne = "n-plus-one"
    case notScanned = "not-scanned"

    // The controller.
    case noXMLPolicy = "no-xml-policy"

    /// What it means, in one line.
    public var meaning: String {
        switch self {
        case .notRunning: "git wishes it kept running, and it runs nowhere"
        case .notStopped: "git wishes it stopped, and it runs"
        case .notPruned: "its files were removed with `prune: true`, and it runs"
        case .misplaced: "it runs outside its allowed nodes"
        case .notDrained: "it runs on a node that is to be emptied"
        case .cannotLeave: "it must leave its node, and cannot"
        case .apartBroken: "members of a group that is kept apart run on one node"
        case .togetherBroken: "members of a group that is kept together run apart"
        case .holdExpired: "a hold was meant to end, and still holds"
        case .heldByTip: "it is left as it is, because a newer commit cannot be used"
        case .outlawed: "its XML asks for what xmlPolicy in havirt.conf does not allow"
        case .unmanaged: "git does not name it"
        case .doubleRun: "it is active on several nodes"
        case .diskClash: "two domains may write one disk"
        case .strayProcess: "a QEMU process has its uuid, and libvirt does not know it"
        case .identity: "its name and its uuid are not those of git"
        case .notUnderstood: "its XML on a node is not understood"
        case .hiddenDisks: "a domain whose XML is not understood may write its disks"
        case .homeUnknown: "it may be running on a silent node"
        case .homeNotInGit: "it runs on a node that git does not name"
        case .critical: "a migration broke in the middle, and both halves are needed"
        case .alarm: "it is in a state that a person has to look at"
        case .paused: "a person paused it"
        case .crashed: "its QEMU died"
        case .leftover: "a migration left a paused half behind"
        case .inTransition: "something is under way with it; look again later"
        case .autostart: "a node would start it by itself at boot"
        case .autostartElsewhere: "a node would start a second copy of it at boot"
        case .strayDefinition: "a node where it does not run keeps a definition of it"
        case .strayImage: "a node keeps an old memory image of it"
        case .managedSave: "it is off, and its memory is saved on a node"
        case .xmlPending: "git's XML has changed since it was started; the change comes with its next start"
        case .xmlLive: "what runs was changed by hand, or differs from git's XML"
        case .xmlPersistent: "the definition that a node stores is not git's XML"
        case .xmlBlocksMigration: "it was given a device that cannot migrate"
        case .networkMissing: "a node lacks a libvirt network that others have"
        case .networkInactive: "a libvirt network is not active"
        case .networkAutostart: "a libvirt network does not come up at boot"
        case .networkDiffers: "a libvirt network is another one than on other nodes"
        case .bridgeMissing: "a node lacks a bridge that domains or networks need"
        case .bridgeUplink: "a bridge leads nowhere, and leads somewhere on other nodes"
        case .keyMissing: "authorized_keys of a node lacks the key of another"
        case .keyRestricted: "authorized_keys of a node binds the key of another to conditions"
        case .noKey: "a node has no key to log in to the others with"
        case .hostKeyUnknown: "a node does not know the host key of another"
        case .hostKeyChanged: "a node knows another host key than the one that is shown"
        case .sshConfig: "/root/.ssh/config is not the same as on other nodes"
        case .keyUngated: "a node lets a key of havirt's do anything, and not only what its gate lets pass"
        case .sessionMissing: "a node is not logged in to a target that it needs"
        case .sessionExtra: "a node is logged in to a target, or through a portal, that git never named"
        case .sessionStale: "a node is still logged in to a target that nothing needs there"
        case .sessionFailed: "a session has lost its target"
        case .startupAutomatic: "a node would log in to a target by itself at boot"
        case .lunGone: "a node has a disk of a LUN that its target has no more"
        case .lunDiffers: "a LUN is not the same storage everywhere, or not what git pins"
        case .iscsiUnknown: "the iSCSI sessions of a node cannot be told"
        case .silent: "a node does not answer"
        case .wrongHost: "another host answers under the name of a node"
        case .fencingVoid: "a node that was declared dead is not"
        case .nodeWithoutFile: "a member of the cluster is not in git"
        case .maintenanceExpired: "a maintenance was meant to end, and still stands"
        case .clockSkew: "the clock of this machine is far from those of all nodes"
        case .clockApart: "the clock of a node is far from those of the others"
        case .versionsDiffer: "libvirt or QEMU is of another version than on other nodes"
        case .cpuDiffers: "the CPU of a node keeps a running domain from migrating there"
        case .unprotected: "libvirt's storage lock does not protect a domain"
        case .nPlusOne: "the loss of a node would leave domains without a place"
        case .noXMLPolicy: "nothing limits what a commit's domain XML may ask of nodes"
        case .notScanned: "the scan does not tell, so it was not checked"
        }
    }

    /// Whether `findings:` in `cluster.yaml` cannot change its severity: whoever can push must not be able to hide what
    /// destroys disks, or what makes the whole answer incomplete.
    public var isFixed: Bool {
        switch self {
        case .doubleRun, .diskClash, .strayProcess, .identity, .notUnderstood, .hiddenDisks, .homeUnknown, .critical,
            .autostartElsewhere, .strayImage, .hostKeyChanged, .lunDiffers, .silent, .wrongHost, .fencingVoid,
            .clockSkew, .outlawed, .noXMLPolicy, .keyUngated:
            true
        default: false
        }
    }
}
