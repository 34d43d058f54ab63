import StateSpec

/// The commands of a step about an iSCSI target, by what was seen on its node: the same for a dry run and for real.
struct SessionCommands {
    /// In order.
    private(set) var all: [ISCSICommand] = []

    /// - Parameter sight: what the node had to do with the target; nil if nothing was seen.
    init(
        _ action: SessionAction, _ target: ISCSITargetName, _ desired: DesiredState, _ sight: Precondition.SessionSight?
    ) {
        let sessions = sight?.sessions ?? []
        let records = sight?.records ?? []
        switch action {
        case .login:
            for spec in desired.iscsi where spec.targets.contains(where: { $0.name == target }) {
                for portal in spec.portals where !sessions.contains(where: { $0.portal == portal }) {
                    logIn(target, portal, spec.chap, isKnown: records.contains { $0.portal == portal })
                }
            }
        case .rescan: all = sessions.map { .rescan(target, $0.portal) }
        case .removeDevice(let lun):
            for session in sessions {
                all += session.devices.filter { $0.lun == lun }.map {
                    .removeDevice(target, session.portal, lun: lun, name: $0.name)
                }
            }
        case .logout: all = sessions.map { .logout(target, $0.portal) }
        case .forget: all = records.map { .deleteRecord(target, $0.portal) }
        }
    }

    /// A record that says what we wish, whoever made it: nothing logs in by itself, a dead portal is given up after one
    /// attempt, and a password is written only where the node keeps one.
    private mutating func logIn(_ target: ISCSITargetName, _ portal: ISCSIPortal, _ chap: CHAP?, isKnown: Bool) {
        if !isKnown { all.append(.addRecord(target, portal)) }
        var settings = [
            ISCSICommand.Setting("node.startup", "manual"),
            ISCSICommand.Setting("node.session.initial_login_retry_max", "1"),
        ]
        if let chap {
            settings.append(ISCSICommand.Setting("node.session.auth.authmethod", "CHAP"))
            settings.append(ISCSICommand.Setting("node.session.auth.username", chap.user))
        }
        all.append(.update(target, portal, settings))
        if let chap { all.append(.setPassword(target, portal, chap.secret)) }
        all.append(.login(target, portal))
    }
}
