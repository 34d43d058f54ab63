/// A domain's whole XML as a node prints it, without secrets. Bytes that are no UTF-8 stand there as they are shown.
public struct ObservedDocuments: Equatable, Codable, Sendable {
    /// `dumpxml` of an active domain; nil for one that is off.
    public let live: String?
    /// `dumpxml --inactive` of a persistent domain: what its next start on this node by anybody but havirt would run.
    public let persistent: String?

    /// Documents.
    public init(live: String? = nil, persistent: String? = nil) {
        self.live = live
        self.persistent = persistent
    }
}
