/// Which domains, and which nodes, are as good as others of a problem.
enum Kinds {
    private struct DomainKind: Hashable {
        let memory: Int64
        let vcpus: Int64
        let admission: Int
        let end: OrderProblem.End
        let apart: [Int]
        let apartSoft: [Int]
        let prefer: Int?
        /// Set where nobody else is as good: members of `together` groups.
        let itself: Int
    }

    private struct NodeKind: Hashable {
        let memory: Int64
        let vcpus: Int64
        let memoryUsed: Int64
        let vcpusUsed: Int64
        let admits: [Bool]
        let ends: [Bool]
        /// Set where nobody else is as good.
        let itself: Int
    }

    /// By domain, a number that identical ones share.
    static func domains(of problem: OrderProblem) -> [Int] {
        let kinds = problem.model.domains.enumerated().map { index, domain in
            let isAlone = domain.together.isEmpty && domain.togetherSoft.isEmpty
            return DomainKind(
                memory: domain.memory, vcpus: domain.vcpus, admission: domain.admission, end: problem.ends[index],
                apart: domain.apart, apartSoft: domain.apartSoft, prefer: problem.prefer[index],
                itself: isAlone ? -1 : index)
        }
        return numbered(kinds)
    }

    /// By node, a number that identical ones share: what never leaves them takes as much, and no domain tells them apart.
    static func nodes(of problem: OrderProblem) -> [Int] {
        let model = problem.model
        var used = model.nodes.map { (memory: $0.memoryHeld, vcpus: $0.vcpusHeld) }
        var isNamed = model.nodes.map { _ in false }
        for (index, domain) in model.domains.enumerated() {
            guard let home = domain.home else { continue }
            if case .node(let node) = problem.ends[index] { isNamed[node] = true }
            if let node = problem.prefer[index] { isNamed[node] = true }
            guard !problem.isMover[index] else { continue }
            used[home].memory += domain.memory
            used[home].vcpus += domain.vcpus
            let groups = [domain.apart, domain.apartSoft, domain.together, domain.togetherSoft]
            if groups.contains(where: { !$0.isEmpty }) { isNamed[home] = true }
        }
        return numbered(
            model.nodes.indices.map { node in
                NodeKind(
                    memory: model.nodes[node].memory, vcpus: model.nodes[node].vcpus, memoryUsed: used[node].memory,
                    vcpusUsed: used[node].vcpus, admits: model.admissions.map { $0.contains(node) },
                    ends: problem.sets.map { $0.contains(node) }, itself: isNamed[node] ? node : -1)
            })
    }

    private static func numbered<Kind: Hashable>(_ kinds: [Kind]) -> [Int] {
        var numbers: [Kind: Int] = [:]
        return kinds.map { kind in
            let number = numbers[kind] ?? numbers.count
            numbers[kind] = number
            return number
        }
    }
}
