extension FieldReader {
    /// An amount of memory with its unit: `16 GiB`.
    public func memory(_ key: String) -> MemorySize? {
        node(key).flatMap { findings.memory($0, prefix + key) }
    }

    /// Memory that is moved in a second.
    func bandwidth(_ key: String) -> MemorySize? {
        guard let node = node(key), let memory = findings.memory(node, prefix + key) else { return nil }
        guard memory >= MemorySize(mebibytes: 1) else {
            findings.wrongType(node, prefix + key, takes: "at least 1 MiB, which is moved in a second")
            return nil
        }
        return memory
    }

    /// A span of time with its units: `1h30m`.
    public func duration(_ key: String, from least: Seconds = Seconds(0)) -> Seconds? {
        node(key).flatMap { findings.duration($0, prefix + key, from: least) }
    }

    /// A moment in UTC: `2026-11-23` or `2026-11-23T18:40:00Z`.
    public func timestamp(_ key: String) -> Timestamp? {
        node(key).flatMap { findings.timestamp($0, prefix + key) }
    }
}

extension FindingCollector {
    /// An amount of memory with its unit.
    func memory(_ node: YAMLNode, _ what: String) -> MemorySize? {
        let wanted = "an amount of memory such as 16 GiB"
        guard let text = text(node, what, takes: wanted) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let count = UInt64(digits), digits.utf8.count == 1 || digits.utf8.first != 0x30 else {
            wrongType(node, what, takes: wanted)
            return nil
        }
        let units: KeyValuePairs<String, UInt64> = ["KiB": 1, "MiB": 1 << 10, "GiB": 1 << 20, "TiB": 1 << 30]
        guard let factor = units.first(where: { $0.key == unit })?.value else {
            let isNearly = Suggestion.nearest(to: String(unit), among: units.map(\.key))
            let hint = unit.isEmpty ? "give a unit: \(count) MiB or \(count) GiB" : isNearly.map { "write \($0)" }
            wrongType(node, what, takes: wanted, hint: hint)
            return nil
        }
        let (kibibytes, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, MemorySize(kibibytes: kibibytes) <= .specMax else {
            wrongType(node, what, takes: "at most \(MemorySize.specMax)")
            return nil
        }
        return MemorySize(kibibytes: kibibytes)
    }

    /// A span of time: counts with the units d, h, m and s, each at most once and the larger one first.
    func duration(_ node: YAMLNode, _ what: String, from least: Seconds = Seconds(0)) -> Seconds? {
        let wanted = "a span of time such as 90s, 2m, 1h30m or 3d"
        guard let text = text(node, what, takes: wanted) else { return nil }
        guard let span = Self.span(text) else {
            let isBare = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            wrongType(node, what, takes: wanted, hint: isBare ? "give a unit: \(text)s or \(text)m" : nil)
            return nil
        }
        guard span >= least else {
            wrongType(node, what, takes: "at least \(least)")
            return nil
        }
        return span
    }

    /// Ten years: longer is a slip, and sums stay far from 64 bits.
    private static let spanMax: Int64 = 3_660 * 86_400

    static func span(_ text: String) -> Seconds? {
        var units: [(letter: UInt8, seconds: Int64)] = [(0x64, 86_400), (0x68, 3_600), (0x6D, 60), (0x73, 1)]
        var total: Int64 = 0
        var count: Int64?
        var isBlankAllowed = false
        for byte in text.utf8 {
            if (0x30...0x39).contains(byte) {
                let value = (count ?? 0) * 10 + Int64(byte - 0x30)
                guard value <= spanMax else { return nil }
                count = value
                isBlankAllowed = false
            } else if byte == 0x20, isBlankAllowed {
                isBlankAllowed = false
            } else {
                guard let number = count, let index = units.firstIndex(where: { $0.letter == byte }) else { return nil }
                total += number * units[index].seconds
                guard total <= spanMax else { return nil }
                units.removeFirst(index + 1)
                count = nil
                isBlankAllowed = true
            }
        }
        // A blank at the end leaves nothing pending but is not a unit.
        guard count == nil, !text.isEmpty, text.utf8.last != 0x20 else { return nil }
        return Seconds(total)
    }

    /// A moment in UTC.
    func timestamp(_ node: YAMLNode, _ what: String) -> Timestamp? {
        let wanted = "a day or a moment in UTC"
        guard let text = text(node, what, takes: wanted) else { return nil }
        guard let moment = Timestamp(text) else {
            wrongType(node, what, takes: wanted, hint: "write 2026-11-23 or 2026-11-23T18:40:00Z")
            return nil
        }
        return moment
    }
}
