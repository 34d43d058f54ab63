internal import StateSpec

/// ssh-keygen's file of allowed signers, as far as it takes to say why a key was not accepted. It decides nothing: that
/// a key is refused, ssh-keygen has said already.
struct AllowedSigners {
    /// What the file has of a key.
    enum Listing: Equatable {
        /// Nothing.
        case absent
        /// It is valid until then, as the file has it.
        case expired(before: String)
        /// It is valid from then on, as the file has it.
        case early(after: String)
        /// It is there for other uses than git.
        case otherUse
    }

    private struct Line {
        let options: [String: String]
        let type: String
        let key: String
    }

    private let lines: [Line]

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n")).prefix(10_000).compactMap { Self.line($0) }
    }

    /// Why the key was not accepted at a moment.
    func listing(of signature: SSHSignature, at moment: Timestamp) -> Listing {
        let wanted = Base64.encode(signature.key)
        let found = lines.filter { line in
            line.type == signature.keyType && line.key == wanted && line.options["cert-authority"] == nil
        }
        let now = SignatureClock.digits(moment)
        var listing = Listing.absent
        for line in found {
            let until = line.options["valid-before"]
            let from = line.options["valid-after"]
            if let from, Self.padded(from) > now || until == nil {
                listing = .early(after: from)
            } else if let until {
                listing = .expired(before: until)
            } else if line.options["namespaces"] != nil {
                return .otherUse
            }
        }
        return listing
    }

    /// `PRINCIPALS [OPTIONS] TYPE KEY [COMMENT]`
    private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
        guard bytes.count <= 32 << 10, bytes.first != UInt8(ascii: "#") else { return nil }
        var words = words(String(decoding: bytes, as: UTF8.self), separator: { $0 == " " || $0 == "\t" })
        guard words.count >= 3 else { return nil }
        words.removeFirst()
        var options: [String: String] = [:]
        if !PublicKeyLine.isType(words[0]) {
            for option in Self.words(words.removeFirst(), separator: { $0 == "," }) {
                let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let value = parts.count > 1 ? String(parts[1]).filter { $0 != "\"" } : ""
                options[String(parts[0]).lowercased()] = value
            }
        }
        guard words.count >= 2 else { return nil }
        return Line(options: options, type: words[0], key: words[1])
    }

    /// Parts of a text, apart from what stands in double quotes.
    private static func words(_ text: String, separator: (Character) -> Bool) -> [String] {
        var isQuoted = false
        return text.split { character in
            if character == "\"" { isQuoted.toggle() }
            return !isQuoted && separator(character)
        }.map(String.init)
    }

    /// A time of the file with all its digits: "20260101" is "20260101000000".
    private static func padded(_ time: String) -> String {
        let digits = String(time.filter(\.isNumber).prefix(14))
        return digits + String(repeating: "0", count: 14 - digits.count)
    }
}

/// A line of a file of public keys.
enum PublicKeyLine {
    static func isType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
    }

    /// Whether a line is `TYPE KEY [COMMENT]`.
    static func isOne(_ line: some StringProtocol) -> Bool {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, isType(String(words[0])), let blob = Base64.decode(Array(words[1].utf8)) else {
            return false
        }
        // The key says its own type once more, behind four bytes of length.
        return blob.dropFirst(4).starts(with: Array(words[0].utf8))
    }
}

/// Moments as ssh-keygen and gpg take them.
enum SignatureClock {
    /// "20260101120000", in UTC.
    static func digits(_ moment: Timestamp) -> String { moment.description.filter(\.isNumber) }

    /// "20260101120000Z"
    static func ssh(_ moment: Timestamp) -> String { digits(moment) + "Z" }

    /// "20260101T120000!": a clock that stands still.
    static func gpg(_ moment: Timestamp) -> String {
        let digits = digits(moment)
        return "\(digits.prefix(8))T\(digits.suffix(6))!"
    }
}
