/// `after` must name domains and must not run in a circle.
enum StartOrder {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        guard set.domains.contains(where: { $0.wish?.draft.after.isEmpty == false }) else { return }
        let edges: [[Int]] = set.domains.map { domain in
            (domain.wish?.draft.after ?? []).compactMap { item in
                if let index = index(of: item.value, in: set.domains) { return index }
                findings.append(
                    Finding(
                        .error, domain.place(item.mark), code: "unknown-domain", "there is no domain '\(item.value)'",
                        hint: Suggestion.nearest(to: item.value.text, among: set.domains.lazy.map(\.name.text))
                            .map { "did you mean '\($0)'?" }))
                return nil
            }
        }
        for cycle in cycles(edges) {
            let names = (cycle + cycle.prefix(1)).map { set.domains[$0].name.text }
            findings.append(
                Finding(
                    .error, set.domains[cycle[0]].place(of: "after"), code: "after-cycle",
                    "'after' runs in a circle: " + names.joined(separator: " -> ")))
        }
    }

    /// By halves: the domains are in order of names, and most of them are after nobody.
    private static func index(of name: DomainName, in domains: [DomainFiles]) -> Int? {
        var range = 0..<domains.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if domains[middle].name == name { return middle }
            range = domains[middle].name < name ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    private enum Visit {
        case unseen, open, done
    }

    /// One cycle for each edge that closes one, in order of the smallest member, which stands first.
    private static func cycles(_ edges: [[Int]]) -> [[Int]] {
        var state = [Visit](repeating: .unseen, count: edges.count)
        var found: [[Int]] = []
        for start in edges.indices where state[start] == .unseen && !edges[start].isEmpty {
            // A stack of our own: ten thousand domains in a row would overflow the thread's.
            var path: [(node: Int, next: Int)] = [(start, 0)]
            state[start] = .open
            while let top = path.last {
                guard top.next < edges[top.node].count else {
                    state[top.node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = edges[top.node][top.next]
                switch state[target] {
                case .unseen:
                    state[target] = .open
                    path.append((target, 0))
                case .open:
                    let begin = path.firstIndex { $0.node == target } ?? 0
                    found.append(rotated(path[begin...].map(\.node)))
                case .done: break
                }
            }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func rotated(_ cycle: [Int]) -> [Int] {
        guard let least = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return cycle }
        return Array(cycle[least...] + cycle[..<least])
    }
}
