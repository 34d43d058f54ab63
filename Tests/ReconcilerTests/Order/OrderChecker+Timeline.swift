@testable import Reconciler

extension OrderChecker {
    /// What is wrong with a timeline if everything takes as long as it says.
    func violations(of timeline: Timeline) -> [String] {
        var moment = start
        var found: [String] = []
        var running: [Int] = []
        let moves = timeline.moves
        let instants = Set(moves.flatMap { [$0.start, $0.end] }).sorted()
        let starting = Dictionary(grouping: moves.indices) { moves[$0].start }
        for instant in instants {
            for index in running where moves[index].end == instant { finish(moves[index].relocation, &moment) }
            running.removeAll { moves[$0].end == instant }
            // What takes no time ends in the instant in which it begins.
            for index in starting[instant] ?? [] {
                for before in moves[index].after where moves[before].end > instant {
                    found.append("move \(index) does not wait for \(before)")
                }
                found += begin(moves[index].relocation, &moment).map { "move \(index): \($0)" }
                if moves[index].end == instant {
                    finish(moves[index].relocation, &moment)
                } else {
                    running.append(index)
                }
            }
            found += crowded(running.map { moves[$0].relocation }).map { "at \(instant): \($0)" }
        }
        return found + ending(moment)
    }

    /// Nodes with more migrations than they may have.
    private func crowded(_ running: [Relocation]) -> [String] {
        var count = model.nodes.map { _ in 0 }
        for step in running {
            count[step.source] += 1
            count[step.target] += 1
        }
        return model.nodes.indices.filter { count[$0] > model.nodes[$0].migrationsMax }
            .map { "node \($0) has \(count[$0]) migrations" }
    }

    /// What is wrong with carrying out a timeline's moves in some order that `after` allows, at any speed; some fail.
    func violationsByChance(of timeline: Timeline, failing percent: Int, _ random: inout SplitMix) -> [String] {
        var moment = start
        var found: [String] = []
        var (waiting, running) = (Array(timeline.moves.indices), [Int]())
        var done: Set<Int> = []
        while true {
            let ready = waiting.filter { timeline.moves[$0].after.allSatisfy(done.contains) }
            if ready.isEmpty && running.isEmpty { break }
            if !ready.isEmpty, running.isEmpty || random.chance(60) {
                let index = random.pick(ready)
                waiting.removeAll { $0 == index }
                running.append(index)
                found += begin(timeline.moves[index].relocation, &moment).map { "move \(index): \($0)" }
            } else {
                let index = random.pick(running)
                running.removeAll { $0 == index }
                if random.chance(percent) {
                    fail(timeline.moves[index].relocation, &moment)
                } else {
                    finish(timeline.moves[index].relocation, &moment)
                    done.insert(index)
                }
            }
        }
        return percent == 0 ? found + ending(moment) : found
    }
}
