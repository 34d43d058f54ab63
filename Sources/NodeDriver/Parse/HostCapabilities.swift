internal import Reconciler
internal import StateSpec

/// `virsh capabilities`, as far as `<host>`: which machine it is and what CPU it has.
///
/// libvirtd formats this document by itself from its own tables, one element a line, without comments or CDATA, so
/// bytes are searched instead of parsing what can be a hundred kilobytes of guest architectures.
struct HostCapabilities {
    let hostUUID: DomainUUID
    let cpuModel: String?
    /// Nil where there is none, or it is not understood: then nothing is known of it.
    let cpu: ObservedCPU?

    /// More features than any CPU has.
    private static let featuresMax = 2_000

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
            self.cpu = try Self.cpu(cpu)
        } else {
            cpuModel = nil
            cpu = nil
        }
    }

    private static func cpu(_ text: ArraySlice<UInt8>) throws(Unreadable) -> ObservedCPU? {
        var features: [String] = []
        var rest = text
        let start = Array("<feature name='".utf8)
        while let open = ByteText.find(start, in: rest) {
            rest = rest[(open + start.count)...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "'")), let name = name(rest[..<end]),
                features.count < featuresMax
            else { return nil }
            features.append(name)
        }
        guard let vendor = try element("vendor", in: text) else {
            return features.isEmpty ? nil : ObservedCPU(vendor: nil, features: features)
        }
        return name(vendor).map { ObservedCPU(vendor: $0, features: features) }
    }

    /// A name as libvirt's tables have them.
    private static func name(_ text: ArraySlice<UInt8>) -> String? {
        let isName =
            (1...64).contains(text.count)
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
        return isName ? ByteText.string(text) : nil
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
