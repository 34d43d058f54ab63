/// A device of the host cannot move, so whoever passes one through says how the domain leaves its node.
enum HostDevices {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        for domain in set.domains {
            guard let xml = domain.xml, xml.document.definition.hostDevices > 0 else { continue }
            if let wish = domain.wish, wish.draft.wish.migrate != .live { continue }
            findings.append(
                Finding(
                    .error, domain.place(of: "migrate"), code: "host-device",
                    "'\(domain.name)' holds a device of the host, which blocks live migration",
                    hint: "write 'migrate: offline' or 'migrate: never' in domains/\(domain.name).yaml"))
        }
    }
}
