import StateSpec

/// Which domains use which LUNs on which node: those that are active there, have a saved image there, or are on their way.
struct LUNUsers {
    /// One domain on one node.
    struct User {
        /// Its name, escaped.
        let name: String
        let uuid: DomainUUID
        let luns: Set<ISCSILUNAddress>
    }

    /// By node, in order.
    private(set) var users: [Int: [User]] = [:]
    /// Nodes with a domain, or a process, of which nobody knows what it uses.
    private(set) var opaque: Set<Int> = []
    private let context: PlanContext

    init(_ context: PlanContext) {
        self.context = context
        let sessions = context.sessions
        for index in sessions.nodes.keys.sorted() {
            guard let node = context.roster.entries[index].node else { continue }
            for domain in node.domains where domain.activity.holdsDisks || domain.hasManagedSave {
                guard let definition = domain.definition else {
                    opaque.insert(index)
                    continue
                }
                note(Escaped(domain.name).bare, domain.uuid, definition, on: index)
            }
        }
        for (spec, index) in context.mayLand { note(spec.name.text, spec.uuid, spec.definition, on: index) }
        // What was sent to a node and was not seen to end may still open its disks there.
        let specs = Dictionary(context.request.desired.domains.map { ($0.uuid, $0) }) { first, _ in first }
        for (uuid, markers) in context.inFlight {
            guard let spec = specs[uuid] else { continue }
            for (index, marker) in markers where sessions.nodes[index] != nil || marker.mayArriveElsewhere {
                let places = marker.mayArriveElsewhere ? sessions.nodes.keys.sorted() : [index]
                for place in places { note(spec.name.text, uuid, spec.definition, on: place) }
            }
        }
    }

    /// Counts a domain that is to come to a node.
    mutating func note(_ name: String, _ uuid: DomainUUID, _ definition: DomainDefinition, on index: Int) {
        let luns = context.sessions.luns(of: definition, on: [index])
        guard !luns.isEmpty else { return }
        users[index, default: []].append(User(name: name, uuid: uuid, luns: luns))
    }

    /// Who uses a target on a node.
    func users(of target: ISCSITargetName, on index: Int) -> [User] {
        let key = ISCSILUNAddress(target: target.text, number: 0).target
        return (users[index] ?? []).filter { $0.luns.contains { $0.target == key } }
    }

    /// Who uses a LUN on a node.
    func users(of lun: ISCSILUNAddress, on index: Int) -> [User] {
        (users[index] ?? []).filter { $0.luns.contains(lun) }
    }
}
