/// Something that a domain may be allowed by name to use of its node: `xmlPolicy: {allow: [hostdev]}`.
public enum PolicyException: String, CaseIterable, Comparable, Sendable {
    /// Sound through the node: ALSA, PulseAudio, files.
    case audio
    /// A Ceph configuration that is a file of the node.
    case cephConfig = "ceph-config"
    /// A character device over D-Bus.
    case chardevDBus = "chardev-dbus"
    /// A character device of the node as one of the guest's.
    case chardevDevice = "chardev-dev"
    /// A character device that writes a file of the node.
    case chardevFile = "chardev-file"
    /// What a guest prints, kept in a file of the node.
    case chardevLog = "chardev-log"
    /// A character device that is a pair of terminals of the node.
    case chardevNullModem = "chardev-nmdm"
    /// A character device that is a named pipe of the node.
    case chardevPipe = "chardev-pipe"
    /// A character device that is QEMU's own input and output.
    case chardevStdio = "chardev-stdio"
    /// A character device over TCP, either way.
    case chardevTCP = "chardev-tcp"
    /// A character device over UDP.
    case chardevUDP = "chardev-udp"
    /// What belongs to containers: init, capabilities, mappings of users.
    case containers
    /// Dumps of a guest's memory on the node's disk.
    case coredump
    /// A disk made of a folder of the node.
    case diskDirectory = "disk-dir"
    /// Disks served by vhost-user daemons and vDPA devices.
    case diskVhost = "disk-vhost"
    /// Folders of the node inside the guest.
    case filesystem
    /// Devices of the node inside the guest.
    case hostdev
    /// Displays on the node's own screen, or through its D-Bus.
    case hostDisplay = "host-display"
    /// The node's own serial numbers, shown to the guest.
    case hostIdentity = "host-identity"
    /// Locked memory, real-time scheduling, cache and bandwidth allocation.
    case hostTuning = "host-tuning"
    /// A user and a group of one's choice towards NFS.
    case identity
    /// Going on although the storage lock is lost.
    case ignoreLockfailure = "ignore-lockfailure"
    /// An iSCSI initiator's name of one's choice.
    case initiator
    /// Keyboards and mice of the node.
    case inputPassthrough = "input-passthrough"
    /// Devices and programs of one's choice behind a network interface.
    case interfaceBackend = "interface-backend"
    /// Interfaces right on a network card of the node.
    case interfaceDirect = "interface-direct"
    /// Interfaces that nobody connects, or a script does.
    case interfaceEthernet = "interface-ethernet"
    /// Interfaces that are sockets of the node: client, server, mcast, udp.
    case interfaceSocket = "interface-socket"
    /// Interfaces through the node's own network stack, its loopback included.
    case interfaceUser = "interface-user"
    /// Interfaces that are vDPA devices.
    case interfaceVDPA = "interface-vdpa"
    /// Interfaces served by vhost-user daemons.
    case interfaceVhostUser = "interface-vhostuser"
    /// Displays at the node's own address in a network, whatever that is.
    case listenNetwork = "listen-network"
    /// Memory that is a file or device of the node.
    case memoryPath = "memory-path"
    /// Another control group than libvirt's own.
    case partition
    /// Elements of the qemu namespace, which are QEMU's own command line.
    case qemuNamespace = "qemu-namespace"
    /// The node's graphics card for rendering.
    case renderNode = "rendernode"
    /// Another source of random numbers than the node's own.
    case rng
    /// Option ROMs that are files of the node.
    case romFile = "rom-file"
    /// Raw SCSI commands, persistent reservations.
    case scsiCommands = "scsi-commands"
    /// Scripts that the node runs as root for an interface.
    case script
    /// Labels that switch off or choose the guest's confinement.
    case seclabel
    /// Secrets that libvirt keeps on the node.
    case secrets
    /// Memory shared with others on the node.
    case shmem
    /// Smart cards of the node.
    case smartcard
    /// Firmware settings that are files of the node.
    case sysinfoFile = "sysinfo-file"
    /// Network devices under a name of one's choice.
    case tapNames = "tap-names"
    /// The node's own TPM, or one served by others.
    case tpm
    /// Unix sockets at paths of one's choice.
    case unixSockets = "unix-sockets"
    /// Devices served by vhost-user daemons.
    case vhostUser = "vhost-user"
    /// An identity of one's choice at a virtual switch.
    case virtualport
    /// VLANs of one's choice.
    case vlan
    /// Firmware that the guest can overwrite.
    case writableFirmware = "writable-firmware"

    /// By word.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The code of what would need it.
    var code: PolicyBreach.Code {
        switch self {
        case .diskDirectory, .diskVhost, .cephConfig, .identity, .initiator, .scsiCommands, .secrets: .disk
        case .interfaceBackend, .interfaceDirect, .interfaceEthernet, .interfaceSocket, .interfaceUser, .interfaceVDPA,
            .interfaceVhostUser, .script, .tapNames, .virtualport, .vlan:
            .network
        case .qemuNamespace: .namespace
        case .seclabel: .seclabel
        case .writableFirmware, .romFile, .sysinfoFile: .firmware
        case .containers, .coredump, .hostIdentity, .hostTuning, .ignoreLockfailure, .partition: .host
        case .audio, .chardevDBus, .chardevDevice, .chardevFile, .chardevLog, .chardevNullModem, .chardevPipe,
            .chardevStdio, .chardevTCP, .chardevUDP, .filesystem, .hostdev, .hostDisplay, .inputPassthrough,
            .listenNetwork, .memoryPath, .renderNode, .rng, .shmem, .smartcard, .tpm, .unixSockets, .vhostUser:
            .device
        }
    }
}
