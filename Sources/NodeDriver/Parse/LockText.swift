internal import Reconciler
internal import StateSpec

/// What the scan script tells of libvirt's storage lock: its configuration without comments, and who is alive.
enum LockText {
    /// The frames of a scan; nil where the script did not look, as that of an older havirt.
    static func parse(_ frames: Frames) throws(Unreadable) -> ObservedStorageLock? {
        guard frames.has("lock") else { return nil }
        let lines = try ByteText.filledLines(try frames.frame("lock-state"))
        let state = lines.map(ByteText.string)
        let manager = manager(frames)
        let socket: String? =
            switch manager {
            case .lockd: "virtlockd-sock"
            case .sanlock: "sanlock.sock"
            case .none, .unknown: nil
            }
        var unlocked: Set<DomainUUID> = []
        if case .lockd = manager {
            // virtlockd forgets its locks with its process, and knows nothing of what was started before it.
            let start = lines.lazy.compactMap(QEMUProcess.stat).first?.start ?? .max
            for process in try QEMUProcess.parse(try frames.frame("processes")).values where process.start < start {
                if let uuid = process.uuid { unlocked.insert(uuid) }
            }
        }
        return ObservedStorageLock(
            manager, isAlive: socket.map(state.contains) ?? false, isStale: state.contains("stale"),
            unlocked: unlocked.sorted())
    }

    /// A configuration that is not understood is one that is not known. It is no reason not to hear the node.
    private static func manager(_ frames: Frames) -> ObservedStorageLock.Manager {
        do throws(Unreadable) {
            switch try LibvirtConf(try frames.frame("lock")).text("lock_manager") {
            case nil, "nop": return .none
            case "lockd": return .lockd(try lockd(try LibvirtConf(try frames.frame("lock-lockd"))))
            case "sanlock": return .sanlock(try sanlock(try LibvirtConf(try frames.frame("lock-sanlock"))))
            case let other?: return .unknown("lock_manager is \(Escaped(other, charactersMax: 60))")
            }
        } catch {
            return .unknown(error.what)
        }
    }

    private static func lockd(_ conf: LibvirtConf) throws(Unreadable) -> LockdSettings {
        var settings = LockdSettings()
        settings.autoDiskLeases = try conf.number("auto_disk_leases").map { $0 != 0 } ?? true
        settings.fileLockspace = try folder(conf, "file_lockspace_dir")
        settings.lvmLockspace = try folder(conf, "lvm_lockspace_dir")
        settings.scsiLockspace = try folder(conf, "scsi_lockspace_dir")
        return settings
    }

    private static func sanlock(_ conf: LibvirtConf) throws(Unreadable) -> SanlockSettings {
        var settings = SanlockSettings()
        settings.autoDiskLeases = try conf.number("auto_disk_leases").map { $0 != 0 } ?? false
        settings.leaseFolder = try folder(conf, "disk_lease_dir") ?? settings.leaseFolder
        settings.hostID = try conf.number("host_id") ?? 0
        return settings
    }

    private static func folder(_ conf: LibvirtConf, _ name: String) throws(Unreadable) -> String? {
        try conf.text(name).map { text in
            let bare = text.reversed().drop { $0 == "/" }
            return String(bare.reversed())
        }
    }
}
