/// Two worlds' accounts of one sequence.
struct Comparison {
    let real: [Play.Scene]
    let simulated: [Play.Scene]

    /// What differs, with what led to it; nothing if the simulated world says what the real one says.
    var differences: [String] {
        zip(real, simulated).enumerated().flatMap { number, scenes -> [String] in
            let (real, simulated) = scenes
            guard real != simulated else { return [] }
            let onlyReal = real.view.filter { !simulated.view.contains($0) }
            let onlySimulated = simulated.view.filter { !real.view.contains($0) }
            var lines = ["\(number). \(real.operation)"]
            if real.outcome != simulated.outcome {
                lines += ["   real: \(real.outcome)", "   simulated: \(simulated.outcome)"]
            }
            lines += onlyReal.map { "   real: \($0)" } + onlySimulated.map { "   simulated: \($0)" }
            return lines
        }
    }
}
