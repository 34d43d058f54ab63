internal import StateSpec

/// What gpg says of a signature, by its status lines (doc/DETAILS of GnuPG); what it tells people is not read.
enum OpenPGPStatus: Equatable {
    /// A key, as a status line names it.
    struct Key: Equatable {
        /// The fingerprint of the primary key.
        let primary: String
        /// The fingerprint of the key that signed: the primary one, or one of its subkeys.
        let signing: String
        /// The first user id, raw.
        let user: String
        /// Whether the signature itself has an end.
        let hasEnd: Bool
    }

    /// Good, and the key valid at the moment that was asked about.
    case good(Key)
    /// Its own time is over.
    case signatureExpired(user: String)
    /// The key's time is over.
    case keyExpired(user: String)
    /// The key was revoked.
    case keyRevoked(user: String)
    /// It does not belong to what was signed.
    case bad(user: String)
    /// The key is not there; its id.
    case missing(key: String)
    /// The key was made later than the moment, or than the signature; its id.
    case early(key: String)
    /// Anything else: several signatures, none, or lines that mean something unknown.
    case unclear

    static let bytesMax = 64 << 10

    /// Whether a text says that it is a detached signature, and no message that brings along what it signs.
    static func isSignature(_ bytes: [UInt8]) -> Bool {
        bytes.count <= bytesMax && bytes.starts(with: Array("-----BEGIN PGP SIGNATURE-----\n".utf8))
    }

    /// Lines that may stand beside the one that decides, and decide nothing.
    private static let beside: Set<Substring> = [
        "NEWSIG", "KEY_CONSIDERED", "SIG_ID", "VALIDSIG", "KEYEXPIRED", "SIGEXPIRED", "NO_PUBKEY", "NOTATION_NAME",
        "NOTATION_DATA", "NOTATION_FLAGS", "POLICY_URL", "VERIFICATION_COMPLIANCE_MODE", "TRUST_UNDEFINED",
        "TRUST_NEVER", "TRUST_MARGINAL", "TRUST_FULLY", "TRUST_ULTIMATE", "FAILURE",
    ]
    private static let deciding: Set<Substring> = ["GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG"]

    /// Reads the status output of one `gpg --verify`.
    init(_ bytes: [UInt8]) {
        guard bytes.count <= Self.bytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            self = .unclear
            return
        }
        var lines: [[Substring]] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count >= 2, words[0] == "[GNUPG:]",
                Self.beside.contains(words[1]) || Self.deciding.contains(words[1])
            else {
                self = .unclear
                return
            }
            lines.append(Array(words.dropFirst()))
        }
        let decisions = lines.filter { Self.deciding.contains($0[0]) }
        guard decisions.count == 1, lines.count(where: { $0[0] == "NEWSIG" }) == 1 else {
            self = .unclear
            return
        }
        self = Self.meaning(of: decisions[0], lines.filter { $0[0] == "VALIDSIG" })
    }

    private static func meaning(of decision: [Substring], _ valid: [[Substring]]) -> OpenPGPStatus {
        let user = decision.dropFirst(2).joined(separator: " ")
        switch decision[0] {
        case "GOODSIG":
            // VALIDSIG fingerprint date time expires version reserved algorithm hash class primary
            guard valid.count == 1, valid[0].count == 11, isFingerprint(valid[0][1]), isFingerprint(valid[0][10]),
                decision.count > 2, valid[0][1].hasSuffix(decision[1])
            else { return .unclear }
            return .good(
                Key(
                    primary: String(valid[0][10]), signing: String(valid[0][1]), user: user,
                    hasEnd: valid[0][4] != "0"))
        case "EXPSIG": return .signatureExpired(user: user)
        case "EXPKEYSIG": return .keyExpired(user: user)
        case "REVKEYSIG": return .keyRevoked(user: user)
        case "BADSIG": return .bad(user: user)
        case "ERRSIG":
            // ERRSIG key algorithm hash class time code fingerprint
            guard decision.count >= 7 else { return .unclear }
            let key = String(decision.count > 7 && isFingerprint(decision[7]) ? decision[7] : decision[1])
            switch decision[6] {
            case "9": return .missing(key: key)
            // GPG_ERR_BAD_PUBKEY and GPG_ERR_TIME_CONFLICT: made later than the moment, or than the signature.
            case "6", "39": return .early(key: key)
            default: return .unclear
            }
        default: return .unclear
        }
    }

    private static func isFingerprint(_ word: Substring) -> Bool {
        (40...64).contains(word.utf8.count)
            && word.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
            }
    }
}
