extension FieldReader {
    /// A number of domains, or a share of them such as `10%`. A count is meant as it stands, so no share adds to it; a
    /// share keeps the floor that lets small clusters move.
    public func budget(_ key: String, floor: Int) -> Budget? {
        guard let node = node(key) else { return nil }
        let wanted = "a number of domains or a share such as 10%"
        guard let text = node.text, text.utf8.last == 0x25 else {
            if node.text == nil {
                findings.wrongType(node, prefix + key, takes: wanted)
                return nil
            }
            return findings.integer(node, prefix + key, in: 0...1_000_000).map { Budget(floor: $0, percent: 0) }
        }
        let digits = text.dropLast()
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits == "0" || digits.utf8.first != 0x30,
            let percent = Int(digits), percent <= 100
        else {
            findings.wrongType(node, prefix + key, takes: wanted)
            return nil
        }
        return Budget(floor: floor, percent: percent)
    }
}
