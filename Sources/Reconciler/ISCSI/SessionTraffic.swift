import StateSpec

/// Which domains the steps of a plan bring to nodes, and take away from them.
struct SessionTraffic {
    /// A domain that comes to a node.
    struct Arrival {
        let spec: DomainSpec
        /// As it will be there: what runs, or what git has.
        let definition: DomainDefinition
        let node: Int
        let step: Int
        let luns: Set<ISCSILUNAddress>

        /// Whether a name of one of its disks is not there yet.
        func lacksDevice(on index: Int, _ context: PlanContext) -> Bool {
            guard let links = context.roster.entries[index].node?.storage?.links else { return true }
            return Admission.devices(of: definition).contains { links[$0] == nil }
        }
    }

    let arrivals: [Arrival]
    /// For each node, who leaves it for good, and by which step.
    private let leavers: [Int: [DomainUUID: Int]]

    init(_ context: PlanContext, _ steps: [Step]) {
        let wished = context.request.desired.domains + context.request.departed
        let specs = Dictionary(wished.map { ($0.uuid, $0) }) { first, _ in first }
        var arrivals: [Arrival] = []
        var leavers: [Int: [DomainUUID: Int]] = [:]
        for step in steps {
            guard let spec = step.domain.flatMap({ specs[$0.uuid] }) else { continue }
            func come(_ name: NodeName, _ definition: DomainDefinition) {
                guard let index = context.roster.index(of: name) else { return }
                leavers[index]?[spec.uuid] = nil
                let places = context.homes.sights(of: spec.uuid).map(\.node) + [index]
                arrivals.append(
                    Arrival(
                        spec: spec, definition: definition, node: index, step: step.id,
                        luns: context.sessions.luns(of: definition, on: places)))
            }
            func leave(_ name: NodeName) {
                guard let index = context.roster.index(of: name) else { return }
                leavers[index, default: [:]][spec.uuid] = step.id
            }
            switch step.action {
            case .start(let node): come(node, spec.definition)
            case .shutdown(let node): leave(node)
            case .migrate(let source, let target):
                come(target, context.running(spec.uuid).first ?? spec.definition)
                leave(source)
            case .removeLeftover, .iscsi: break
            }
        }
        self.arrivals = arrivals
        self.leavers = leavers
    }

    /// Who comes to a node and needs a target there, in order of steps.
    func arrivals(of target: ISCSITargetName, on index: Int) -> [Arrival] {
        let key = ISCSILUNAddress(target: target.text, number: 0).target
        return arrivals.filter { $0.node == index && $0.luns.contains { $0.target == key } }
    }

    /// Who leaves a node, and by which step.
    func departures(from index: Int) -> [DomainUUID: Int] { leavers[index] ?? [:] }
}
