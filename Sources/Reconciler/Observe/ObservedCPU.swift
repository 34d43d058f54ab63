/// What libvirt says of a host CPU besides its model.
///
/// A host has all features of the model that libvirt calls it by: it is never given one of which it lacks any. So two
/// hosts of one model differ by these features only.
public struct ObservedCPU: Hashable, Codable, Sendable {
    /// `Intel`, `AMD`…; nil where libvirt names none.
    public let vendor: String?
    /// Features beyond those of its model, by name.
    public let features: [String]

    /// A CPU.
    public init(vendor: String?, features: [String]) {
        self.vendor = vendor
        self.features = Set(features).sorted()
    }

    /// Reads what `encode` wrote; the features are put in order again, because a file may have been edited.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            vendor: try container.decodeIfPresent(String.self, forKey: .vendor),
            features: try container.decode([String].self, forKey: .features))
    }
}
