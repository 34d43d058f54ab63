import StateSpec

/// What keeps the sessions of a target on a node open (rule S12): domains that use it, and whatever else has its disks
/// at work. On any doubt a session stays: an idle one does no harm, a missing one does.
struct SessionKeepers {
    /// Domains that use the target there.
    let users: [LUNUsers.User]
    private let devices: [ISCSIDevice]
    private let isOpaque: Bool
    /// Whose process each is.
    private let owners: [Int64: DomainUUID]
    private let target: ISCSITargetName

    init(_ context: PlanContext, _ users: LUNUsers, _ target: ISCSITargetName, on index: Int) {
        self.users = users.users(of: target, on: index)
        self.target = target
        devices = context.sessions.nodes[index]?.sessions(of: target).flatMap(\.devices) ?? []
        isOpaque = users.opaque.contains(index)
        let writers = context.roster.entries[index].node?.storage?.writers ?? []
        owners = Dictionary(writers.compactMap { writer in writer.uuid.map { (writer.pid, $0) } }) { first, _ in first }
    }

    /// Domains that use a LUN of the target there.
    func users(of lun: Int) -> [LUNUsers.User] {
        let address = ISCSILUNAddress(target: target.text, number: lun)
        return users.filter { $0.luns.contains(address) }
    }

    /// Who keeps the sessions once these domains have left, in words; nobody if empty.
    func words(leaving: Set<DomainUUID>) -> [String] { words(users, devices, leaving) }

    /// Who keeps the disks of a LUN once these domains have left, in words; nobody if empty.
    func words(of lun: Int, leaving: Set<DomainUUID>) -> [String] {
        words(users(of: lun), devices.filter { $0.lun == lun }, leaving)
    }

    private func words(
        _ users: [LUNUsers.User], _ devices: [ISCSIDevice], _ leaving: Set<DomainUUID>
    ) -> [String] {
        guard Guard.sessionInUseIsKept.isOn else { return [] }
        var words = users.filter { !leaving.contains($0.uuid) }.map(\.name)
        for user in devices.flatMap(\.users) {
            // A domain's own QEMU goes with it.
            if let owner = user.pid.flatMap({ owners[$0] }),
                leaving.contains(owner) || users.contains(where: { $0.uuid == owner })
            {
                continue
            }
            if !words.contains("\(user)") { words.append("\(user)") }
        }
        if isOpaque { words.append("a domain whose XML is not understood") }
        return words
    }
}
