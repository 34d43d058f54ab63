internal import StateSpec

/// `virsh list --uuid`: one uuid a line.
enum UUIDList {
    /// Fails on any line that is no uuid and on a uuid that is there twice.
    static func parse(_ text: ArraySlice<UInt8>) throws(Unreadable) -> [DomainUUID] {
        var uuids: [DomainUUID] = []
        for line in try ByteText.filledLines(text) {
            guard let uuid = ByteText.uuid(line) else { throw Unreadable("a line of a uuid list is no uuid") }
            uuids.append(uuid)
        }
        guard Set(uuids).count == uuids.count else { throw Unreadable("a uuid is listed twice") }
        return uuids
    }
}
