internal import Reconciler
internal import StateSpec

/// What iscsiadm says a portal offers: lines of `PORTAL,GROUP TARGET`.
enum DiscoveryText {
    /// More than any storage offers.
    static let offersMax = 10_000

    static func parse(_ frames: Frames) throws(Unreadable) -> ISCSIDiscovery {
        guard try frames.frame("root").elementsEqual("0\n".utf8) else { return .failed("log in as root there") }
        guard try ByteText.filledLines(try frames.frame("client")).count == 2 else {
            return .failed("it has no 'iscsiadm'; install open-iscsi")
        }
        let lines = try ByteText.lines(try frames.frame("status"))
        guard lines.count == 1, let status = ByteText.number(lines[0]), (0...255).contains(status) else {
            throw Unreadable("the exit status is not understood")
        }
        switch status {
        case 0: return .offered(try offers(try frames.frame("offers")))
        // For root it is what a portal says that hides all from this initiator.
        case 21: return .offered([])
        default:
            let said = ByteText.excerpt(try frames.frame("said"), linesMax: 1)
            let words = ISCSIExit(Int32(status)).words
            return .failed("\(words) (status \(status) of iscsiadm\(said.isEmpty ? "" : "; \(said)"))")
        }
    }

    /// An offer that is not understood makes all unknown: it may be the one that is looked for.
    private static func offers(_ text: ArraySlice<UInt8>) throws(Unreadable) -> [ISCSIDiscovery.Offer] {
        let lines = try ByteText.filledLines(text)
        guard lines.count <= offersMax else { throw Unreadable("it offers more than \(offersMax) targets") }
        var offers: Set<ISCSIDiscovery.Offer> = []
        for line in lines {
            let words = line.split(separator: 0x20).map(ByteText.string)
            guard words.count == 2, let comma = words[0].lastIndex(of: ","),
                let portal = ISCSIPortal(String(words[0][..<comma]))
            else { throw Unreadable("what the portal offers is not understood: \(Escaped(ByteText.string(line)))") }
            offers.insert(ISCSIDiscovery.Offer(target: try ISCSIText.target(words[1]), portal: portal))
        }
        return offers.sorted()
    }
}
