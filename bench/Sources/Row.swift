/// One figure beside what it should reach.
struct Row {
    /// What became of a benchmark.
    enum Result: Equatable {
        case measured(Double)
        case skipped(String)
    }

    let title: String
    var result: Result
    let unit: String
    /// What it must stay below, in `unit`.
    let limit: Double
    let aim: Double?
    /// Others on the same work.
    let comparison: String

    init(
        _ title: String, _ value: Double, _ unit: String, limit: Double, aim: Double? = nil, comparison: String = ""
    ) {
        self.init(title, .measured(value), unit, limit: limit, aim: aim, comparison: comparison)
    }

    init(_ title: String, _ result: Result, _ unit: String, limit: Double, aim: Double?, comparison: String) {
        self.title = title
        self.result = result
        self.unit = unit
        self.limit = limit
        self.aim = aim
        self.comparison = comparison
    }

    var misses: Bool {
        if case .measured(let value) = result { value > limit } else { false }
    }

    var missesAim: Bool {
        if case .measured(let value) = result, let aim { value > aim } else { false }
    }
}

/// Rows go from one process to the next as lines of text: each benchmark runs in a process of its own, so that none
/// finds the caches and the memory of another.
extension Row {
    var line: String {
        let shown =
            switch result {
            case .measured(let value): "\(value)"
            case .skipped(let reason): "skipped: \(reason)"
            }
        return [title, shown, unit, "\(limit)", aim.map { "\($0)" } ?? "", comparison].joined(separator: "\t")
    }

    init?(line: String) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6, let limit = Double(fields[3]) else { return nil }
        let result: Result
        if let value = Double(fields[1]) {
            result = .measured(value)
        } else if fields[1].hasPrefix("skipped: ") {
            result = .skipped(String(fields[1].dropFirst("skipped: ".count)))
        } else {
            return nil
        }
        self.init(fields[0], result, fields[2], limit: limit, aim: Double(fields[4]), comparison: fields[5])
    }
}

/// A benchmark that could not run, or does not measure what it says.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
