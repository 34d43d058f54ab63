/// Names that differ only in case: one object to a Mac's file system, and to most readers.
enum TwinNames {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        check(set.nodes.map { ($0.name.text, $0.path) }, &findings)
        check(set.domains.map { ($0.name.text, $0.xmlPath ?? $0.yamlPath ?? "") }, &findings)
        check(set.iscsi.map { ($0.name.text, $0.path) }, &findings)
    }

    private static func check(_ objects: [(name: String, path: String)], _ findings: inout [Finding]) {
        // A number per name instead of a lower-case string: this runs over everything at every load.
        var seen: [UInt64: Int] = [:]
        seen.reserveCapacity(objects.count)
        for (index, object) in objects.enumerated() {
            let first = seen.updateValue(index, forKey: fold(object.name))
            guard let first, objects[first].name.lowercased() == object.name.lowercased() else { continue }
            findings.append(
                Finding(
                    .error, Place(file: object.path), code: "twin-names",
                    "'\(object.name)' and '\(objects[first].name)' differ only in case"))
        }
    }

    private static func fold(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 {
            let lower = (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
            hash = (hash ^ UInt64(lower)) &* 0x100_0000_01B3
        }
        return hash
    }
}
