internal import Reconciler
internal import StateSpec

/// iscsiadm, and the verbs of the guard script beside it, on a simulated node.
struct ISCSIProcess {
    let cluster: SimulatedCluster
    let node: SimulatedNode

    /// How a verb ended.
    enum Ending {
        /// With a status.
        case ended(VirshResult)
        /// It was refused by the guard, for a reason, with who uses a disk.
        case refused(String, users: [String] = [])
    }

    /// The verb as markers and the guard script have it; nil for none that is let through.
    static func verb(_ arguments: [String]) -> String? {
        switch arguments.first {
        case "iscsi-password", "iscsi-remove": return arguments.count == 5 ? arguments[0] : nil
        case "iscsiadm":
            guard arguments.count >= 8, arguments[1...3] == ["-m", "node", "-T"], arguments[5] == "-p" else {
                return nil
            }
            return switch Array(arguments[7...].prefix(2)) {
            case ["--login"]: "iscsi-login"
            case ["--logout"]: "iscsi-logout"
            case ["--rescan"], ["-o", "new"], ["-o", "delete"], ["-o", "update"]: "iscsi-record"
            default: nil
            }
        default: return nil
        }
    }

    /// Whether it leaves a marker.
    static func isMarked(_ verb: String) -> Bool { ["iscsi-login", "iscsi-logout", "iscsi-remove"].contains(verb) }

    func run(_ arguments: [String], limit: Int64) async throws -> Ending {
        guard let initiator = node.initiator, initiator.name != nil else { return .refused("iscsiadm") }
        let isClient = arguments[0] == "iscsiadm"
        guard let target = ISCSITargetName(arguments[isClient ? 4 : 1]),
            let portal = ISCSIPortal(arguments[isClient ? 6 : 2])
        else { return .refused("verb") }
        switch arguments[0] {
        case "iscsi-password": return setPassword(target, portal, arguments[4])
        case "iscsi-remove":
            guard let lun = Int(arguments[3]) else { return .refused("verb") }
            return remove(target, portal, lun, arguments[4])
        default: break
        }
        try await cluster.pause(cluster.pace.virsh, onNode: node)
        switch arguments[7] {
        case "--login": return .ended(try await logIn(target, portal, limit))
        case "--logout": return logOut(target, portal)
        case "--rescan": return .ended(rescan(target, portal))
        default: return .ended(change(target, portal, Array(arguments[8...])))
        }
    }

    private static func status(_ status: Int32) -> VirshResult {
        VirshResult(status: status, output: status == 0 ? "" : "iscsiadm: status \(status)\n")
    }

    // MARK: - Records

    /// `new`, `delete`, or `update -n NAME -v VALUE…`.
    private func change(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ words: [String]) -> VirshResult {
        let index = node.initiator?.record(target, portal)
        if words == ["new"] {
            // It forgets what was set.
            if let index { node.initiator?.records.remove(at: index) }
            node.initiator?.records.append(SimulatedInitiator.Record(target: target, portal: portal))
            return Self.status(0)
        }
        guard let index else { return Self.status(21) }
        if words == ["delete"] {
            guard node.initiator?.session(target, portal) == nil else { return Self.status(15) }
            node.initiator?.records.remove(at: index)
            return Self.status(0)
        }
        for start in stride(from: 1, to: words.count - 3, by: 4) {
            node.initiator?.records[index].settings[words[start + 1]] = words[start + 3]
        }
        return Self.status(0)
    }

    private func setPassword(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ place: String) -> Ending {
        guard let password = node.initiator?.passwords[place] else { return .refused("secret-absent") }
        guard let index = node.initiator?.record(target, portal) else { return .refused("record") }
        node.initiator?.records[index].settings["node.session.auth.password"] = password
        return .ended(Self.status(0))
    }

    // MARK: - Sessions

    private func logIn(
        _ target: ISCSITargetName, _ portal: ISCSIPortal, _ limit: Int64
    ) async throws -> VirshResult {
        guard let index = node.initiator?.record(target, portal),
            let settings = node.initiator?.records[index].settings
        else { return Self.status(21) }
        guard node.initiator?.session(target, portal) == nil else { return Self.status(15) }
        if cluster.targets?.deadPortals[portal] != nil || !isPortal(portal) {
            let isShort = settings["node.session.initial_login_retry_max"] == "1"
            let patience: Int64 = isShort ? 16_000 : 122_000
            try await cluster.pause(min(limit, patience)...min(limit, patience), onNode: node)
            return limit < patience ? .timedOut : Self.status(8)
        }
        try await cluster.pause(cluster.pace.start, onNode: node)
        guard let found = cluster.targets?.targets[target], found.portals.contains(portal) else {
            return Self.status(19)
        }
        if let account = found.account {
            guard settings["node.session.auth.authmethod"] == "CHAP",
                settings["node.session.auth.username"] == account.user,
                settings["node.session.auth.password"] == account.password
            else { return Self.status(24) }
        }
        // Another may have come first.
        guard node.initiator?.session(target, portal) == nil else { return Self.status(15) }
        cluster.connect(target, portal, on: node)
        return Self.status(0)
    }

    private func isPortal(_ portal: ISCSIPortal) -> Bool {
        cluster.targets?.targets.values.contains { $0.portals.contains(portal) } ?? false
    }

    private func rescan(_ target: ISCSITargetName, _ portal: ISCSIPortal) -> VirshResult {
        guard let number = node.initiator?.session(target, portal), let session = node.initiator?.sessions[number]
        else {
            return Self.status(21)
        }
        // Through a portal that is gone it does nothing, and says that all went well.
        if cluster.state(of: session) == .loggedIn { cluster.lookForDisks(number, on: node) }
        return Self.status(0)
    }

    private func logOut(_ target: ISCSITargetName, _ portal: ISCSIPortal) -> Ending {
        let sessions = node.initiator?.sessions.values.filter { $0.target == target } ?? []
        let users = sessions.flatMap { $0.disks.keys.sorted().flatMap(self.users) }
        if !users.isEmpty, Guard.usersAreCheckedOnTheNode.isOn { return .refused("busy", users: users) }
        guard let number = node.initiator?.session(target, portal) else { return .ended(Self.status(21)) }
        cluster.disconnect(number, on: node)
        return .ended(Self.status(0))
    }

    private func remove(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ lun: Int, _ name: String) -> Ending {
        let number = node.initiator?.session(target, portal)
        let session = number.flatMap { node.initiator?.sessions[$0] }
        guard let number, let session, session.disks[name]?.lun == lun else { return .refused("moved") }
        guard cluster.state(of: session) == .loggedIn else { return .refused("blocked") }
        let users = users(name)
        if !users.isEmpty, Guard.usersAreCheckedOnTheNode.isOn { return .refused("busy", users: users) }
        cluster.takeAway(name, of: number, on: node)
        return .ended(Self.status(0))
    }

    private func users(_ name: String) -> [String] {
        cluster.users(of: name, on: node).map { "\(name) \($0.kind.rawValue) \($0.what)" }
    }
}
