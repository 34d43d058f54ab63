import StateSpec

extension LockAudit {
    /// Why the storage lock does not protect a domain.
    struct Gap: Equatable, CustomStringConvertible {
        let cause: Cause
        /// The nodes that it is about; none where it is about the domain.
        let nodes: [NodeName]

        init(_ cause: Cause, _ nodes: [NodeName] = []) {
            self.cause = cause
            self.nodes = nodes
        }

        /// A closed list, so that domains can be told by cause.
        enum Cause {
            case unknown, noManager, stale, dead, differing, hostID, lockLost
            case noLease, localLease, onlyShareable, network, otherKind, device, localFile, localLockspace
        }

        var description: String {
            let list = nodes.map(\.text).joined(separator: ", ")
            return switch cause {
            case .unknown: "how libvirt locks storage is not known of \(list.isEmpty ? "any node" : list)"
            case .noManager: "no lock_manager is set in qemu.conf on \(list)"
            case .stale: "the lock's configuration is newer than the running libvirt on \(list)"
            case .dead: "the lock manager does not run on \(list)"
            case .differing: "the lock is not set up alike on \(list)"
            case .hostID: "sanlock needs a host_id of its own on each of \(list)"
            case .lockLost: "virtlockd on \(list) was started after the domain, and holds no lock of it"
            case .noLease: "auto_disk_leases is off, and there is no <lease>"
            case .localLease: "auto_disk_leases is off, and no <lease> is below 'sharedPaths'"
            case .onlyShareable: "a <shareable/> disk is locked for everybody"
            case .network: "the lock manager passes over network disks, and no <lease> is below 'sharedPaths'"
            case .otherKind:
                "havirt does not know how disks of this kind are locked, and no <lease> is below 'sharedPaths'"
            case .device: "a lock on a block device is seen by its own node only; set a lockspace below 'sharedPaths'"
            case .localFile: "a lock on an image outside 'sharedPaths' is seen by its own node only"
            case .localLockspace: "the lockspace is not below 'sharedPaths'"
            }
        }
    }
}
