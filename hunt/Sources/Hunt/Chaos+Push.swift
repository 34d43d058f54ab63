import SimulatedCluster
import StateSpec

extension Chaos {
    /// Commits another wish for something.
    func push() {
        rememberBoots()
        let names = wishes.nodes.filter { !$0.isRemoved && !$0.isRetired }.map(\.name)
        let index = Int(random.number(in: 0...Int64(wishes.domains.count - 1)))
        switch random.number(in: 0...19) {
        case 0...8: wishes.domains[index].nodes = places(names)
        case 9, 10: wishes.domains[index].run = wishes.domains[index].run == "stopped" ? "keepalive" : "stopped"
        case 11: wishes.domains[index].run = random.pick(["manual", "keepalive", "keepalive"])
        case 12: wishes.domains[index].isHeld.toggle()
        case 13: wishes.domains[index].isOffline.toggle()
        case 14: wishes.domains[index].isRemoved.toggle()
        case 15, 16, 17: setMaintenance()
        case 18: retire(names)
        default: lift()
        }
        judge.note("a wish is pushed", 41)
        git.push(wishes.files)
    }

    /// A single node, a pair, or anywhere.
    private func places(_ names: [String]) -> [String] {
        let first = random.pick(names)
        switch random.number(in: 0...3) {
        case 0: return []
        case 1: return Array(Set([first, random.pick(names)])).sorted()
        default: return [first]
        }
    }

    private func setMaintenance() {
        let index = Int(random.number(in: 0...Int64(wishes.nodes.count - 1)))
        for other in wishes.nodes.indices where other != index { wishes.nodes[other].isInMaintenance = false }
        wishes.nodes[index].isInMaintenance.toggle()
    }

    /// Retires a node, removes the file of a retired one, brings one back, or forgets a node as nobody should.
    private func retire(_ names: [String]) {
        if let index = wishes.nodes.firstIndex(where: \.isRetired) {
            if wishes.nodes[index].isRemoved || random.chance(perMille: 500) {
                wishes.nodes[index].isRetired = false
                wishes.nodes[index].isRemoved = false
            } else {
                wishes.nodes[index].isRemoved = true
            }
            return
        }
        guard names.count > 2 else { return }
        let index = wishes.nodes.firstIndex { $0.name == names[Int(random.number(in: 0...Int64(names.count - 1)))] }
        guard let index else { return }
        let name = wishes.nodes[index].name
        for domain in wishes.domains.indices { wishes.domains[domain].nodes.removeAll { $0 == name } }
        if random.chance(perMille: 300) {
            judge.count(.nodeRemoved)
            wishes.nodes[index].isRemoved = true
            later(10_000...90_000) { [self] in
                wishes.nodes[index].isRemoved = false
                git.push(wishes.files)
            }
        } else {
            judge.count(.retired)
            if let name = try? NodeName(name) { judge.wasRetired.insert(name) }
            wishes.nodes[index].isRetired = true
        }
    }

    /// Takes back the words on nodes that are on again.
    private func lift() {
        for index in wishes.nodes.indices where wishes.nodes[index].fenced != nil {
            guard let node = cluster.nodes.first(where: { $0.name.text == wishes.nodes[index].name }), node.boot != nil
            else { continue }
            wishes.nodes[index].fenced = nil
        }
    }
}
