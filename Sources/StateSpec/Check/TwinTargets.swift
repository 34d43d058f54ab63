/// A target stands in one file: two would wish two things for its sessions, and could pin its LUNs to different storage.
enum TwinTargets {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        var seen: [ISCSITargetName: (place: Place, target: ISCSITarget)] = [:]
        for file in set.iscsi {
            for (index, target) in (file.draft?.spec.targets ?? []).enumerated() {
                let place = file.place(ofTarget: index)
                guard let first = seen[target.name] else {
                    seen[target.name] = (place, target)
                    continue
                }
                findings.append(
                    Finding(
                        .error, place, code: "duplicate-target",
                        "the target \(target.name) stands in another file, too",
                        hint: "it is at \(first.place); a file may name several portals of one storage"))
                findings += contradictions(first.target, target).map { lun in
                    Finding(
                        .error, place, code: "pin-clash",
                        "LUN \(lun) of \(target.name) is pinned to another WWID than at \(first.place)",
                        hint: "`havirt node iscsiscan` shows which it has")
                }
            }
        }
    }

    /// The LUNs that the two pin differently.
    private static func contradictions(_ first: ISCSITarget, _ second: ISCSITarget) -> [Int] {
        second.luns.filter { lun in
            guard lun.wwid != nil, let other = first.luns.first(where: { $0.lun == lun.lun && $0.wwid != nil }) else {
                return false
            }
            return !lun.isPinned(as: other)
        }.map(\.lun)
    }
}
