internal import Reconciler
internal import StateSpec

/// What the scan script tells of the folders `inflight` and `seen`. What is of another boot is void and left out.
enum MarkerText {
    /// Lines of `UUID alive|ended RUN VERB BOOT UPTIME`. A damaged one counts, as a command that is not known.
    static func inFlight(_ text: ArraySlice<UInt8>, boot: DomainUUID) throws(Unreadable) -> [InFlight] {
        let nobody: RunID
        do { nobody = try RunID("unknown") } catch { throw Unreadable("\(error)") }
        var markers: [InFlight] = []
        for line in try ByteText.filledLines(text) {
            let words = words(line)
            guard words.count >= 2, let uuid = DomainUUID(words[0]), words[1] == "alive" || words[1] == "ended" else {
                throw Unreadable("a marker of a command is not understood")
            }
            let isAlive = words[1] == "alive"
            let markersBoot = words.count == 6 ? DomainUUID(words[4]) : nil
            if let markersBoot, markersBoot != boot, !isAlive { continue }
            let run = words.count == 6 ? try? RunID(words[2]) : nil
            let verb = words.count == 6 ? InFlight.Verb(rawValue: words[3]) : nil
            let since = words.count == 6 ? uptime(words[5]) : nil
            markers.append(
                InFlight(
                    uuid: uuid, run: run ?? nobody, verb: verb ?? .unknown, since: since ?? Seconds(0),
                    isAlive: isAlive))
        }
        return markers
    }

    /// Lines of `UUID BOOT UPTIME DIGEST`. A damaged one is none: it only ever shortens a wait.
    static func witnesses(_ text: ArraySlice<UInt8>, boot: DomainUUID) throws(Unreadable) -> [Witness] {
        try ByteText.filledLines(text).compactMap { line in
            let words = words(line)
            guard words.count == 4, let uuid = DomainUUID(words[0]), DomainUUID(words[1]) == boot,
                let at = uptime(words[2])
            else { return nil }
            return Witness(uuid: uuid, at: Seconds(at.count + 1), digest: words[3])
        }
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [String] {
        line.split(separator: UInt8(ascii: " ")).map(ByteText.string)
    }

    /// "1234.56", rounded down.
    private static func uptime(_ text: String) -> Seconds? {
        let whole = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return ByteText.number(Array(whole.utf8)[...]).map { Seconds($0) }
    }
}
