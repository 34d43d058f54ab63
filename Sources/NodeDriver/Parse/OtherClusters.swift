internal import Reconciler
internal import StateSpec

/// What the scan script tells of other clusters' folders on the node: lines of `cluster NAME`, each followed by that
/// cluster's active members as `MemoText` writes them.
enum OtherClusters {
    /// Why a node counts as silent for us: another cluster has it as a member, and its havirt does not see our lock.
    ///
    /// A line that is not understood is passed over: the file is another cluster's, and must not be able to silence
    /// every node that it lies on.
    static func claiming(_ host: DomainUUID, _ frames: Frames) throws(Unreadable) -> Silence? {
        guard frames.has("others") else { return nil }
        var cluster = ""
        for line in try ByteText.filledLines(try frames.frame("others")) {
            let words = line.split(separator: UInt8(ascii: " ")).map(ByteText.string)
            if words.count == 2, words[0] == "cluster" {
                cluster = words[1]
            } else if words.count >= 7, words[0] == "member", DomainUUID(words[3]) == host {
                let name = Escaped(cluster).bare
                return Silence(
                    .otherCluster,
                    "it is a member of cluster \(name): retire it there; if that cluster is no more, move"
                        + " /var/lib/havirt/\(name) away on it")
            }
        }
        return nil
    }
}
