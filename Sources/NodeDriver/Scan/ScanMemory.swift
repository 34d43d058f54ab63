internal import Glibc
internal import StateSpec
internal import Synchronization

/// What the last answer of each node was made of: a domain whose XML did not change by a byte is not parsed again, and
/// a node whose domains are known is asked with one virsh.
final class ScanMemory: Sendable {
    /// One node's last answer.
    struct Entry: Sendable {
        /// The whole output; the ranges below point into it, so that no XML is copied.
        let output: [UInt8]
        let definitions: [DomainUUID: (xml: Range<Int>, parsed: DomainXML)]
        let known: [KnownDomain]

        /// What `xml` was parsed to the last time.
        func parsed(_ uuid: DomainUUID, _ xml: ArraySlice<UInt8>) -> DomainXML? {
            guard let (range, parsed) = definitions[uuid], range.count == xml.count else { return nil }
            let isEqual = output[range].withUnsafeBytes { old in
                xml.withUnsafeBytes { new in
                    guard let old = old.baseAddress, let new = new.baseAddress else { return false }
                    return memcmp(old, new, range.count) == 0
                }
            }
            return isEqual ? parsed : nil
        }
    }

    private let entries = Mutex<[NodeName: Entry]>([:])

    /// A node's last answer.
    subscript(node: NodeName) -> Entry? {
        get { entries.withLock { $0[node] } }
        set { entries.withLock { $0[node] = newValue } }
    }
}
