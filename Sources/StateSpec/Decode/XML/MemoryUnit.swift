/// libvirt's units of memory: powers of 1000 with `B`, of 1024 with `iB` or alone, in either case.
enum MemoryUnit {
    /// The bytes of one unit; nil for a unit that libvirt does not know.
    static func bytes(_ unit: String) -> UInt64? {
        // What libvirt itself writes.
        if unit == "KiB" { return 1024 }
        let lower = unit.lowercased()
        if lower == "b" || lower == "bytes" { return 1 }
        guard let exponent = lower.utf8.first.flatMap({ letters[$0] }) else { return nil }
        let base: UInt64
        switch lower.dropFirst() {
        case "", "ib": base = 1024
        case "b": base = 1000
        default: return nil
        }
        return (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// An amount in KiB, rounded up as libvirt does; nil when it is no number, overflows, or has an unknown unit.
    static func size(_ count: String, unit: String?) -> MemorySize? {
        let digits = Blanks.trim(count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(digits),
            let factor = unit.map({ bytes($0) }) ?? 1024
        else { return nil }
        let (total, overflow) = value.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        let size = MemorySize(kibibytes: total / 1024 + (total % 1024 == 0 ? 0 : 1))
        return size <= .specMax ? size : nil
    }

    private static let letters: [UInt8: Int] = [0x6B: 1, 0x6D: 2, 0x67: 3, 0x74: 4, 0x70: 5, 0x65: 6]
}

/// Blanks around text of an XML element.
enum Blanks {
    /// The text without blanks and line ends around it.
    static func trim(_ text: String) -> Substring {
        guard let first = text.utf8.firstIndex(where: { !isBlank($0) }),
            let last = text.utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return text[first...last]
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
