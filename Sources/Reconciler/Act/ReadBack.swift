import StateSpec

/// What was started, read back from its node: whether what runs is what was checked before it was sent.
///
/// The look that sees the start brings the XML with it, so that it costs no look of its own. A domain that differs is
/// told, and left: what it may be doing, and for whom, a person has to see.
enum ReadBack {
    /// So many differences are told.
    private static let differencesMax = 5

    /// What came of a start that was seen.
    static func result(of spec: DomainSpec, as seen: ObservedDomain) -> Outcome.Result {
        guard let live = seen.documents?.live else { return .doneInPart("its XML could not be read back") }
        do throws(XMLProblem) {
            let checked = try DomainDocument(spec.xml)
            let differences = checked.differences(from: try DomainDocument(Array(live.utf8)), .live)
                .filter { reaches($0.kind) }
            return differences.isEmpty ? .done : .doneInPart(text(differences))
        } catch {
            return .doneInPart("its XML could not be compared with what was checked: \(error)")
        }
    }

    private static func text(_ differences: [DocumentDifference]) -> String {
        let told = differences.prefix(differencesMax).map { difference in
            let path = Escaped(difference.path).bare
            return switch (difference.gitText, difference.nodeText) {
            case (let git?, let node?): "\(path) is '\(node)' and not '\(git)'"
            case (_, let node?): "\(path) is there: '\(node)'"
            case (_, nil): "\(path) is not there"
            }
        }
        let rest = differences.count - told.count
        return "WHAT RUNS IS NOT WHAT WAS CHECKED: \(told.joined(separator: "; "))"
            + (rest > 0 ? "; and \(rest) more" : "") + "; see who changed it, and with what"
    }

    /// Whether what differs may reach beyond the guest. How it is cut, timed and tuned does not.
    private static func reaches(_ kind: String) -> Bool {
        let parts = kind.split { $0 == "/" || $0 == "@" }.map(String.init)
        guard let first = parts.first else { return true }
        return first == "devices" && parts.count > 1 ? !harmlessDevices.contains(parts[1]) : !harmless.contains(first)
    }

    private static let harmless: Set<String> = [
        "title", "description", "metadata", "genid", "cpu", "memory", "currentMemory", "maxMemory", "vcpu", "vcpus",
        "iothreads", "iothreadids", "defaultiothread", "clock", "features", "pm", "perf", "numatune", "cputune",
        "memtune", "blkiotune", "on_poweroff", "on_reboot", "on_crash",
    ]
    private static let harmlessDevices: Set<String> = [
        "controller", "memballoon", "video", "sound", "watchdog", "panic", "hub", "iommu", "vsock",
    ]
}
