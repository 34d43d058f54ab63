/// A domain's identity is its uuid: two files with one uuid are one domain with two definitions.
enum DuplicateUUIDs {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var seen: [DomainUUID: Int] = [:]
        seen.reserveCapacity(set.domains.count)
        for (index, domain) in set.domains.enumerated() {
            guard let xml = domain.xml?.document, let uuid = xml.uuid, let path = domain.xmlPath else { continue }
            guard let first = seen[uuid] else {
                seen[uuid] = index
                continue
            }
            findings.append(
                Finding(
                    .error, xml.uuidMark.place(in: path), code: "duplicate-uuid",
                    "the uuid \(uuid) is that of '\(set.domains[first].name)' too",
                    hint: "give a copied domain a uuid of its own"))
        }
    }
}
