import StateSpec

@testable import Reconciler

/// What people and machines do.
extension SequenceRun {
    func touch(_ event: SequenceEvent) throws {
        switch event {
        case .put(let name, let node, let state, let flags):
            let spec = try spec(name)
            let commit = try branch.tip()
            cluster.with { lab in
                var definition = spec.definition
                if flags.contains("marked") { definition.mark = DomainMark(commit: commit, xml: "d") }
                if flags.contains("foreign") { definition.mark = DomainMark(commit: "f0", xml: "d") }
                var guest = Guest(name: name.text, state: state, definition: definition)
                guest.isPersistent = flags.contains("persistent")
                guest.isAutostarted = flags.contains("autostart")
                guest.hasManagedSave = flags.contains("saved")
                guest.job = flags.contains("job") ? "Outgoing migration" : nil
                lab.world.hosts[node]?.guests[spec.uuid] = guest
            }
        case .gone(let name, let node):
            cluster.with { $0.world.hosts[node]?.guests[Self.uuid(of: name.text)] = nil }
        case .moved(let name, let source, let target):
            cluster.with { lab in
                let uuid = Self.uuid(of: name.text)
                guard var guest = lab.world.hosts[source]?.guests.removeValue(forKey: uuid) else { return }
                guest.state = ObservedState("running", "migrated")
                lab.world.hosts[target]?.guests[uuid] = guest
            }
        default: throw ScenarioError("no touch: \(event)")
        }
    }

    func affect(_ event: SequenceEvent) throws {
        cluster.with { lab in
            switch event {
            case .silent(let node, let cause): lab.world.hosts[node]?.silence = Silence(cause, "")
            case .answers(let node): lab.world.hosts[node]?.silence = nil
            case .off(let node): lab.world.hosts[node]?.losePower()
            case .on(let node): lab.world.hosts[node]?.boot(at: lab.world.milliseconds)
            case .locked(let node): lab.world.hosts[node]?.lockHolder = Self.other
            case .unlocked(let node): lab.world.hosts[node]?.lockHolder = nil
            default: return
            }
            lab.check()
        }
    }

    private static let other = LockHolder(
        cluster: "rack1", run: "run99", from: "bob@laptop", since: World.begin, activity: "apply")

    static func hook(
        _ verb: String, _ how: String, _ uuid: DomainUUID?
    ) -> @Sendable (FakeCluster.Moment, inout FakeCluster.State) -> FakeCluster.Fault? {
        { moment, _ in
            guard case .command(let command, _) = moment, command.verb == verb, uuid ?? command.uuid == command.uuid
            else { return nil }
            return switch how {
            case "fails": .exit("error: it failed")
            case "ignored": .ignored
            case "lost": .lost
            case "late": .lostThenDone(afterMilliseconds: 20_000)
            default: .queuedThenDone(afterMilliseconds: 20_000)
            }
        }
    }
}

extension Host {
    /// A machine by its place in the rack.
    init(index: Int) {
        self.init(hostUUID: .numbered(9_000 + index), bootID: .numbered(8_000 + index))
    }

    /// What is only in memory is gone; definitions stay.
    fileprivate mutating func losePower() {
        silence = Silence(.unreachable, "")
        (strays, inFlight, witnesses, lockHolder) = ([], [], [], nil)
        guests = guests.filter(\.value.isPersistent)
        for uuid in guests.keys where guests[uuid]?.holdsDisks == true {
            guests[uuid]?.state = ObservedState("shut off", "crashed")
            guests[uuid]?.job = nil
        }
    }

    /// Another boot, in which libvirt starts what is flagged so.
    fileprivate mutating func boot(at milliseconds: Int64) {
        let number = Int(hostUUID.description.suffix(6)) ?? 0
        bootID = .numbered(Int(milliseconds + 1) * 1_000_000 + number)
        silence = nil
        for uuid in guests.keys where guests[uuid]?.isAutostarted == true {
            guests[uuid]?.state = ObservedState("running", "booted")
        }
    }
}

extension NodeCommand {
    fileprivate var verb: String {
        switch self {
        case .create: "create"
        case .shutdown: "shutdown"
        case .destroy: "destroy"
        case .migrate: "migrate"
        case .abortJob: "abort"
        case .iscsi: "iscsi"
        }
    }
}
