internal import StateSpec

/// What the scan script reads without virsh: five lines.
struct HostFacts {
    let isRoot: Bool
    let bootID: DomainUUID
    let uptime: Seconds
    let clock: Timestamp
    let hostName: String

    init(_ text: ArraySlice<UInt8>) throws(Unreadable) {
        let lines = try ByteText.lines(text)
        guard lines.count == 5, let user = ByteText.number(lines[0]) else {
            throw Unreadable("the host's facts are not understood")
        }
        guard let boot = ByteText.uuid(lines[1]) else { throw Unreadable("the boot id is not understood") }
        // "1234.56": whole seconds, rounded down, so that a time limit made from it can only be too early.
        let parts = lines[2].split(separator: UInt8(ascii: "."))
        guard parts.count == 2, let uptime = ByteText.number(parts[0]), let clock = ByteText.number(lines[3]) else {
            throw Unreadable("uptime or clock is not understood")
        }
        isRoot = user == 0
        bootID = boot
        self.uptime = Seconds(uptime)
        self.clock = Timestamp(secondsSinceEpoch: clock)
        hostName = ByteText.excerpt(lines[4], linesMax: 1)
    }
}
