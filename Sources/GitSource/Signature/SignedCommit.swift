internal import Reconciler
internal import StateSpec

/// A commit object, byte by byte as it is stored, taken apart into its signature and what was signed.
struct SignedCommit: Equatable, Sendable {
    /// The tree.
    let tree: ObjectID
    /// What it follows from.
    let parents: [ObjectID]
    /// "Name <address>" of the author: the commit's own word, raw.
    let author: String
    /// When it was committed: the commit's own word.
    let committedAt: Timestamp
    /// The signature as it stands in the header; nil if there is none.
    let signature: [UInt8]?
    /// Everything but the signature: what was signed.
    let payload: [UInt8]

    /// Larger ones are not read; git's own messages have a few kilobytes.
    static let bytesMax = 1 << 20
    /// No signature that is judged is longer.
    static let signatureBytesMax = 64 << 10
    /// What keys can be judged at: ssh-keygen and gpg count within these years.
    private static let moments = 0..<Int64(4_102_444_800)
    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    /// Takes an object apart; nil where it is not what git writes, byte for byte.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax, !bytes.contains(0), let end = Self.headerEnd(bytes) else { return nil }
        var lines = bytes[..<end].split(separator: Self.newline, omittingEmptySubsequences: false)[...]
        guard let tree = Self.id(lines.popFirst(), "tree") else { return nil }
        self.tree = tree
        var parents: [ObjectID] = []
        while let parent = Self.id(lines.first, "parent") {
            parents.append(parent)
            lines.removeFirst()
        }
        self.parents = parents
        guard let author = Self.person(lines.popFirst(), "author"),
            let committer = Self.person(lines.popFirst(), "committer"), Self.moments.contains(committer.seconds)
        else { return nil }
        self.author = author.name
        committedAt = Timestamp(secondsSinceEpoch: committer.seconds)
        guard let (signature, others) = Self.takeSignature(out: lines) else { return nil }
        self.signature = signature
        guard signature != nil else {
            payload = bytes
            return
        }
        let head = bytes[..<(lines.first?.startIndex ?? end)]
        payload = Array(head) + others.flatMap { $0 + [Self.newline] } + bytes[end...]
    }

    /// The parents alone, for walks: of any object that git takes for a commit.
    static func parents(in bytes: [UInt8]) -> [ObjectID] {
        var parents: [ObjectID] = []
        var rest = bytes[...].drop { $0 != newline }.dropFirst()
        while let parent = id(rest.prefix { $0 != newline }, "parent") {
            parents.append(parent)
            rest = rest.drop { $0 != newline }.dropFirst()
        }
        return parents
    }

    /// Where the empty line begins that ends the header.
    private static func headerEnd(_ bytes: [UInt8]) -> Int? {
        guard let index = bytes.indices.dropLast().first(where: { bytes[$0] == newline && bytes[$0 + 1] == newline })
        else { return nil }
        return index + 1
    }

    private static func value(
        _ line: (some Collection<UInt8>)?, _ name: String
    ) -> String? {
        guard let line, line.starts(with: Array("\(name) ".utf8)) else { return nil }
        return String(decoding: line.dropFirst(name.utf8.count + 1), as: UTF8.self)
    }

    private static func id(_ line: (some Collection<UInt8>)?, _ name: String) -> ObjectID? {
        value(line, name).flatMap { ObjectID($0) }
    }

    /// "Name <address>" and the seconds behind it.
    private static func person(
        _ line: ArraySlice<UInt8>?, _ name: String
    ) -> (name: String, seconds: Int64)? {
        guard let text = value(line, name), let close = text.lastIndex(of: ">") else { return nil }
        let words = text[text.index(after: close)...].split(separator: " ")
        guard words.count == 2, let seconds = Int64(words[0]) else { return nil }
        return (String(text[...close]), seconds)
    }

    /// The signature with its lines joined, and the lines of all other headers; nil where there are two signatures, or
    /// one that is too long.
    private static func takeSignature(
        out lines: ArraySlice<ArraySlice<UInt8>>
    ) -> (signature: [UInt8]?, others: [ArraySlice<UInt8>])? {
        var signature: [UInt8] = []
        var others: [ArraySlice<UInt8>] = []
        var isInside = false
        // The last one is what stands behind the header's last newline: nothing.
        for line in lines.dropLast() {
            if line.first == space {
                if isInside {
                    // In place: a sum of two would copy all that is there for each line.
                    signature += line.dropFirst()
                    signature.append(newline)
                    guard signature.count <= signatureBytesMax else { return nil }
                } else {
                    others.append(line)
                }
                continue
            }
            isInside = line.starts(with: Array("gpgsig ".utf8))
            if isInside {
                guard signature.isEmpty else { return nil }
                signature = line.dropFirst("gpgsig ".utf8.count) + [newline]
                guard signature.count <= signatureBytesMax else { return nil }
            } else {
                others.append(line)
            }
        }
        // Even an empty one has its newline.
        return (signature.isEmpty ? nil : signature, others)
    }
}
