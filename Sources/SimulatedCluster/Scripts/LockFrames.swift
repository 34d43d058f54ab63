internal import Reconciler

/// The configuration of libvirt's storage lock as the scan script prints it.
struct LockFrames {
    let lock: ObservedStorageLock

    func print(_ output: inout ScriptOutput) {
        output.frame("lock", manager)
        var lockd = ""
        var sanlock = ""
        switch lock.manager {
        case .lockd(let settings): lockd = Self.text(settings)
        case .sanlock(let settings): sanlock = Self.text(settings)
        case .none, .unknown: break
        }
        output.frame("lock-lockd", lockd)
        output.frame("lock-sanlock", sanlock)
        output.frame("lock-state", state)
    }

    private var manager: String {
        switch lock.manager {
        case .none: ""
        case .lockd: "lock_manager = \"lockd\"\n"
        case .sanlock: "lock_manager = \"sanlock\"\n"
        case .unknown: "lock_manager = \"another\"\n"
        }
    }

    private var state: String {
        var lines = ""
        if lock.isAlive {
            if case .sanlock = lock.manager { lines += "sanlock.sock\n" } else { lines += "virtlockd-sock\n" }
        }
        if lock.isStale { lines += "stale\n" }
        if case .lockd = lock.manager {
            let zeros = String(repeating: " 0", count: 18)
            lines += "stat 2 (virtlockd) S\(zeros) \(Self.start)\n"
        }
        return lines
    }

    /// When the lock manager was started, in ticks: all QEMUs are younger, but for those that it has no lock of.
    static let start = 1_000
    static let startOfOlder = 10

    private static func text(_ settings: LockdSettings) -> String {
        var lines = "auto_disk_leases = \(settings.autoDiskLeases ? 1 : 0)\n"
        let folders = [
            ("file_lockspace_dir", settings.fileLockspace), ("lvm_lockspace_dir", settings.lvmLockspace),
            ("scsi_lockspace_dir", settings.scsiLockspace),
        ]
        for case (let key, let folder?) in folders { lines += "\(key) = \"\(folder)\"\n" }
        return lines
    }

    private static func text(_ settings: SanlockSettings) -> String {
        "auto_disk_leases = \(settings.autoDiskLeases ? 1 : 0)\ndisk_lease_dir = \"\(settings.leaseFolder)\"\n"
            + "host_id = \(settings.hostID)\n"
    }
}
