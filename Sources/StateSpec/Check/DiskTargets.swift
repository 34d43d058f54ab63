/// Disks against the iSCSI targets that git names: only those are logged in to, and only through their portals.
enum DiskTargets {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        // Of a file that could not be decoded nobody knows which targets it names.
        if set.iscsi.contains(where: { $0.draft == nil }) { return }
        let targets = Targets(set)
        var strays: [(place: Place, lun: ISCSILUNAddress)] = []
        for domain in set.domains {
            for storage in domain.xml?.storage ?? [] {
                let place = domain.xmlPlace(line: storage.line)
                switch storage.key.device {
                case .lun(let lun):
                    guard let portals = targets.portals[lun.target] else {
                        strays.append((place, lun))
                        continue
                    }
                    if let portal = storage.portal, !portals.contains(where: { $0.inPath == portal }) {
                        findings.append(offPortal(place, lun, portal, portals))
                    }
                case .wwid(let wwid) where targets.lacks(wwid, of: storage.source):
                    findings.append(notPinned(place, wwid))
                case .wwid, .path, .network, .volume: break
                }
            }
        }
        findings += set.iscsi.isEmpty ? unmanaged(strays) : strays.map { without($0.place, $0.lun, targets) }
    }

    /// What the iSCSI files name.
    private struct Targets {
        /// By target.
        var portals: [String: [ISCSIPortal]] = [:]
        private var pinned: Set<WWID> = []
        private let isEmpty: Bool

        init(_ set: SpecSet) {
            isEmpty = set.iscsi.isEmpty
            for spec in set.iscsi.compactMap(\.draft?.spec) {
                for target in spec.targets {
                    portals[target.name.text, default: []] += spec.portals
                    pinned.formUnion(target.luns.compactMap { $0.wwid.map(WWID.init) })
                }
            }
        }

        /// Whether `wwid` is one that a LUN may have, and none is pinned to.
        func lacks(_ wwid: WWID, of source: DomainDisk.Source) -> Bool {
            if isEmpty || pinned.contains(wwid) { return false }
            // A map that is no multipath, and a disk of NVMe, are none of iSCSI.
            let kinds = ["naa.", "eui.", "t10."]
            return kinds.contains { wwid.text.hasPrefix($0) } && source.path?.contains("/nvme-") != true
        }
    }

    private static func without(_ place: Place, _ lun: ISCSILUNAddress, _ targets: Targets) -> Finding {
        let near = nearest(to: lun.target, among: targets.portals.keys.sorted())
        return Finding(
            .warning, place, code: "disk-without-target",
            "no file of iscsi/ names the target \(Escaped(lun.target).bare)",
            hint: near.map { "did you mean '\($0)'?" }
                ?? "add it to the file of its portal, and havirt logs in where it is needed")
    }

    /// Names of targets are long and mostly the same: one of two halves has to be right, and the other nearly so.
    private static func nearest(to target: String, among known: [String]) -> String? {
        func halves(_ name: String) -> (head: Substring, tail: Substring) {
            guard let colon = name.lastIndex(of: ":") else { return ("", name[...]) }
            return (name[...colon], name[name.index(after: colon)...])
        }
        let (head, tail) = halves(target)
        let siblings = known.map(halves).filter { $0.head == head }.map { String($0.tail) }
        if let near = Suggestion.nearest(to: String(tail), among: siblings) { return head + near }
        return Suggestion.nearest(to: target, among: known.filter { halves($0).tail == tail })
    }

    /// Who keeps no targets in git is told once, and not at each disk.
    private static func unmanaged(_ strays: [(place: Place, lun: ISCSILUNAddress)]) -> [Finding] {
        guard let first = strays.first else { return [] }
        let more = strays.count > 1 ? ", nor those of \(strays.count - 1) more disks" : ""
        return [
            Finding(
                .notice, first.place, code: "disk-without-target",
                "no file of iscsi/ names the target \(Escaped(first.lun.target).bare)\(more)",
                hint: "write iscsi/<name>.yaml with portals and targets, and havirt logs in where they are needed")
        ]
    }

    private static func offPortal(
        _ place: Place, _ lun: ISCSILUNAddress, _ portal: String, _ portals: [ISCSIPortal]
    ) -> Finding {
        Finding(
            .warning, place, code: "disk-off-portal",
            "\(Escaped(portal)) is no portal of \(Escaped(lun.target).bare) in iscsi/, so no login makes this path",
            hint: "write one of: \(portals.map(\.inPath).joined(separator: ", "))")
    }

    private static func notPinned(_ place: Place, _ wwid: WWID) -> Finding {
        Finding(
            .notice, place, code: "disk-not-pinned",
            "no LUN of iscsi/ is pinned to \(Escaped(wwid.text).bare), so nobody knows which target it needs",
            hint: "if it is of iSCSI, `havirt node iscsiscan --adopt` pins the LUN")
    }
}
