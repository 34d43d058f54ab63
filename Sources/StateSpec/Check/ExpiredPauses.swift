/// An expired `hold` or `maintenance` still stands until somebody removes it, so it is said.
enum ExpiredPauses {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        guard let now = set.now else { return }
        func report(_ pause: Pause?, _ code: String, _ place: @autoclosure () -> Place, _ what: String) {
            guard let until = pause?.until, until < now else { return }
            findings.append(
                Finding(
                    .warning, place(), code: code, "\(what) was meant to end at \(until) and still stands",
                    hint: "remove it or set a later 'until'"))
        }
        for node in set.nodes {
            report(
                node.draft?.spec.maintenance, "maintenance-expired", node.place(of: "maintenance"),
                "the maintenance of '\(node.name)'")
        }
        for domain in set.domains {
            guard let hold = domain.wish?.draft.wish.hold else { continue }
            report(hold, "hold-expired", domain.place(of: "hold"), "the hold of '\(domain.name)'")
        }
    }
}
