/// Which migrations of a sequence wait for which, so that the rest may run side by side.
///
/// Each node is charged with all that ever comes to it, and what leaves is credited only to those that wait for it. So
/// whatever part of the sequence has been carried out, the last arrival on a node, by the sequence, has room with all
/// that could have come before.
struct Waits {
    private let model: ClusterModel
    private let sequence: [Relocation]
    private let members: [[Int]]
    /// Memory and vCPUs with all that came so far and nothing gone.
    private var memory: [Int64]
    private var vcpus: [Int64]
    /// By node, the migrations off it so far.
    private var departures: [[Int]]
    /// By domain, its migrations so far.
    private var moves: [[Int]]
    /// When each would have ended if only waiting counted.
    private var ends: [Int64] = []

    /// By migration, those that must have succeeded before; all of them earlier in the sequence.
    static func of(_ sequence: [Relocation], _ model: ClusterModel, _ durations: [Int64]) -> [[Int]] {
        var waits = Waits(model, sequence)
        return sequence.indices.map { waits.add($0, durations[$0]) }
    }

    private init(_ model: ClusterModel, _ sequence: [Relocation]) {
        self.model = model
        self.sequence = sequence
        members = model.groupMembers
        let start = Occupancy(model)
        memory = start.memory
        vcpus = start.vcpus
        departures = Array(repeating: [], count: model.nodes.count)
        moves = Array(repeating: [], count: model.domains.count)
    }

    private mutating func add(_ index: Int, _ duration: Int64) -> [Int] {
        let step = sequence[index]
        let spec = model.domains[step.domain]
        var after = groupWaits(step)
        if let last = moves[step.domain].last { after.append(last) }
        memory[step.target] += spec.memory
        vcpus[step.target] += spec.vcpus
        after += roomWaits(step, after)
        after = Array(Set(after)).sorted()
        departures[step.source].append(index)
        moves[step.domain].append(index)
        ends.append((after.map { ends[$0] }.max() ?? 0) + duration)
        return after
    }

    /// Members of its groups that were on the target have to leave it first. One that only would rather be apart may come
    /// after it, but not before.
    private func groupWaits(_ step: Relocation) -> [Int] {
        let spec = model.domains[step.domain]
        var after: [Int] = []
        for group in spec.apart {
            for member in members[group] where member != step.domain {
                if let departure = moves[member].last(where: { sequence[$0].source == step.target }) {
                    after.append(departure)
                }
            }
        }
        for group in spec.apartSoft {
            for member in members[group] where member != step.domain && model.domains[member].apart.contains(group) {
                after += moves[member].filter { sequence[$0].target == step.target }
            }
        }
        return after
    }

    /// Departures from the target that make enough room, besides those that are waited for anyhow: those that end first,
    /// and none that is not needed.
    private func roomWaits(_ step: Relocation, _ awaited: [Int]) -> [Int] {
        let node = step.target
        var shortMemory = memory[node] - model.nodes[node].memory
        var shortVCPUs = vcpus[node] - model.nodes[node].vcpus
        func credit(_ departure: Int, _ sign: Int64) {
            shortMemory -= sign * model.domains[sequence[departure].domain].memory
            shortVCPUs -= sign * model.domains[sequence[departure].domain].vcpus
        }
        var others: [Int] = []
        for departure in departures[node] {
            if awaited.contains(departure) || sequence[departure].domain == step.domain {
                credit(departure, 1)
            } else {
                others.append(departure)
            }
        }
        guard shortMemory > 0 || shortVCPUs > 0 else { return [] }
        others.sort { (ends[$0], $0) < (ends[$1], $1) }
        var taken: [Int] = []
        for departure in others where shortMemory > 0 || shortVCPUs > 0 {
            credit(departure, 1)
            taken.append(departure)
        }
        for departure in taken.reversed() {
            credit(departure, -1)
            if shortMemory <= 0, shortVCPUs <= 0 {
                taken.removeAll { $0 == departure }
            } else {
                credit(departure, 1)
            }
        }
        return taken
    }
}
