internal import StateSpec
internal import Synchronization

/// What the last answer of each node was made of: a domain whose XML did not change by a byte is not parsed again, and
/// a node whose domains are known is asked with one virsh.
final class ScanMemory: Sendable {
    /// One node's last answer.
    struct Entry: Sendable {
        let definitions: [DomainUUID: (xml: XMLFingerprint, parsed: DomainXML)]
        let known: [KnownDomain]

        /// What XML of that fingerprint was parsed to the last time.
        func parsed(_ uuid: DomainUUID, _ xml: XMLFingerprint) -> DomainXML? {
            guard let (last, parsed) = definitions[uuid], last == xml else { return nil }
            return parsed
        }
    }

    private let entries = Mutex<[NodeName: Entry]>([:])

    /// A node's last answer.
    subscript(node: NodeName) -> Entry? {
        get { entries.withLock { $0[node] } }
        set { entries.withLock { $0[node] = newValue } }
    }
}

/// Tells one XML from another without keeping it, which for 50 nodes would be 10 MB: its length and 64 bits of a hash
/// whose key is drawn anew for each process, so that nobody can make two that are alike.
struct XMLFingerprint: Equatable {
    private let count: Int
    private let hash: Int

    init(_ xml: ArraySlice<UInt8>) {
        var hasher = Hasher()
        xml.withUnsafeBytes { hasher.combine(bytes: $0) }
        count = xml.count
        hash = hasher.finalize()
    }
}
