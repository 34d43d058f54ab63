/// Names that differ only in case: one object to a Mac's file system, and to most readers.
enum TwinNames {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        check(set.nodes, { $0.name.text }, { $0.path }, &findings)
        check(set.domains, { $0.name.text }, { $0.xmlPath ?? $0.yamlPath ?? "" }, &findings)
        check(set.iscsi, { $0.name.text }, { $0.path }, &findings)
    }

    private static func check<Object>(
        _ objects: [Object], _ name: (Object) -> String, _ path: (Object) -> String, _ findings: inout [Finding]
    ) {
        // A number per name instead of a lower-case string: this runs over everything at every load.
        var digests: Set<UInt64> = []
        digests.reserveCapacity(objects.count)
        let hasTwins = objects.reduce(false) { !digests.insert(fold(name($1))).inserted || $0 }
        if !hasTwins { return }
        var seen: [String: String] = [:]
        for object in objects {
            guard let first = seen.updateValue(name(object), forKey: name(object).lowercased()) else { continue }
            findings.append(
                Finding(
                    .error, Place(file: path(object)), code: "twin-names",
                    "'\(name(object))' and '\(first)' differ only in case"))
        }
    }

    private static func fold(_ name: String) -> UInt64 {
        var digest = Digest()
        for byte in name.utf8 { digest.combine((0x41...0x5A).contains(byte) ? byte + 0x20 : byte) }
        return digest.value
    }
}
