internal import StateSpec

/// `virsh capabilities`, as far as `<host>`: which machine it is and what CPU it has.
///
/// libvirtd formats this document by itself from its own tables, one element a line, without comments or CDATA, so
/// bytes are searched instead of parsing what can be a hundred kilobytes of guest architectures.
struct HostCapabilities {
    let hostUUID: DomainUUID
    let cpuModel: String?

    init(_ text: ArraySlice<UInt8>) throws(Unreadable) {
        guard let host = try Self.element("host", in: text), let uuid = try Self.element("uuid", in: host) else {
            throw Unreadable("the capabilities name no host uuid")
        }
        // libvirt hands out this uuid, and refuses to migrate between nodes that share one.
        guard let value = ByteText.uuid(ByteText.trim(uuid)) else {
            throw Unreadable("the host uuid is not understood")
        }
        hostUUID = value
        if let cpu = try Self.element("cpu", in: host), let model = try Self.element("model", in: cpu) {
            cpuModel = ByteText.excerpt(model, linesMax: 1)
        } else {
            cpuModel = nil
        }
    }

    /// What stands between the first `<name>` and the first `</name>` after it; nil without the former.
    private static func element(
        _ name: String, in text: ArraySlice<UInt8>
    ) throws(Unreadable) -> ArraySlice<UInt8>? {
        guard let open = ByteText.find(Array("<\(name)>".utf8), in: text) else { return nil }
        let start = open + name.utf8.count + 2
        guard let end = ByteText.find(Array("</\(name)>".utf8), in: text[start...]) else {
            throw Unreadable("the capabilities are cut")
        }
        return text[start..<end]
    }
}
