internal import Reconciler
internal import StateSpec

/// What the scan script tells of ssh between nodes.
enum AccessText {
    /// The largest file that is read; longer ones come with at least a byte more, and are not known.
    static let bytesMax = 256 << 10
    private static let linesMax = 20_000

    /// The frames of a scan; nil where the script did not look.
    static func parse(_ frames: Frames) throws(Unreadable) -> ObservedAccess? {
        guard frames.has("ssh-daemon") else { return nil }
        return ObservedAccess(
            own: distinct(lines(try frames.frame("ssh-own")).compactMap(publicKey)),
            authorized: try authorized(frames), trustsOthers: trustsOthers(try frames.frame("ssh-daemon")),
            host: distinct(lines(try frames.frame("ssh-host")).compactMap(publicKey)),
            peers: peers(try frames.frame("ssh-peers")), config: config(try frames.frame("ssh-config")))
    }

    /// Files of people: the last line may lack its end, and other systems end lines with CR LF.
    private static func lines(_ text: ArraySlice<UInt8>) -> [String] {
        text.split(separator: ByteText.newline).prefix(linesMax).map { line in
            ByteText.string(ByteText.trim(line.last == 0x0D ? line.dropLast() : line))
        }
    }

    /// Why a file's text is not the file.
    private static func objection(to text: ArraySlice<UInt8>, _ file: String) -> String? {
        // The script ends with NUL what it could not read.
        if text.contains(0) { return "\(file) cannot be read, or is no text" }
        if text.count > bytesMax { return "\(file) is larger than \(bytesMax >> 10) KiB" }
        return nil
    }

    private static func distinct(_ keys: [PublicKey]) -> [PublicKey] {
        var seen: Set<PublicKey.Identity> = []
        return keys.filter { seen.insert($0.identity).inserted }
    }

    /// `TYPE BLOB COMMENT`; nil for anything else.
    private static func publicKey(_ line: some StringProtocol) -> PublicKey? {
        let words = line.split(maxSplits: 2) { $0 == " " || $0 == "\t" }
        guard words.count >= 2 else { return nil }
        return PublicKey(
            type: String(words[0]), blob: String(words[1]), comment: words.count > 2 ? String(words[2]) : "")
    }

    // MARK: - Who may log in

    private static func authorized(_ frames: Frames) throws(Unreadable) -> Seen<[AuthorizedKey]> {
        var keys: [AuthorizedKey] = []
        for number in 1... {
            guard frames.has("ssh-authorized-\(number)") else { break }
            let text = try frames.frame("ssh-authorized-\(number)")
            if let objection = objection(to: text, "authorized_keys") { return .unknown(objection) }
            keys += lines(text).compactMap(AuthorizedKeysLine.parse)
        }
        return .known(keys)
    }

    private static func trustsOthers(_ daemon: ArraySlice<UInt8>) -> Bool {
        lines(daemon).contains { line in
            let words = line.split(separator: " ", maxSplits: 1)
            return words.count == 2 && ["authorizedkeyscommand", "trustedusercakeys"].contains(words[0])
                && words[1] != "none"
        }
    }

    // MARK: - Host keys of the others

    /// For each node that was asked for: `peer HOST`, `lookup NAME`, and what `ssh-keygen -F` says of that name.
    private static func peers(_ text: ArraySlice<UInt8>) -> [KnownPeer] {
        var blocks: [(host: String, lines: ArraySlice<String>)] = []
        for line in lines(text) {
            if line.hasPrefix("peer ") {
                blocks.append((String(line.dropFirst(5)), []))
            } else if !blocks.isEmpty {
                blocks[blocks.count - 1].lines.append(line)
            }
        }
        return blocks.map(peer)
    }

    private static func peer(_ block: (host: String, lines: ArraySlice<String>)) -> KnownPeer {
        guard let first = block.lines.first, first.hasPrefix("lookup "), isLookup(first.dropFirst(7)) else {
            return KnownPeer(host: block.host, lookup: nil)
        }
        var keys: [PublicKey] = []
        var revoked: [PublicKey] = []
        var hasAuthority = false
        for line in block.lines.dropFirst() where !line.hasPrefix("#") {
            // `[MARK] NAMES TYPE BLOB`
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            switch words[0] {
            case "@cert-authority": hasAuthority = true
            case "@revoked": if let key = publicKey(words[1].drop { $0 != " " }) { revoked.append(key) }
            default: if let key = publicKey(words[1]) { keys.append(key) }
            }
        }
        return KnownPeer(
            host: block.host, lookup: String(first.dropFirst(7)), keys: distinct(keys), hasAuthority: hasAuthority,
            revoked: distinct(revoked))
    }

    /// A host name, an address, or `[either]:port`: it is shown in commands for people to paste.
    private static func isLookup(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 270 else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
                UInt8(ascii: "]"):
                true
            default: false
            }
        }
    }

    // MARK: - The config

    private static func config(_ text: ArraySlice<UInt8>) -> Seen<[SSHConfigLine]> {
        if let objection = objection(to: text, "/root/.ssh/config") { return .unknown(objection) }
        return .known(lines(text).compactMap { SSHConfigLine(parsing: $0, digest: digest) })
    }

    /// 64 bits of a hash whose key is drawn anew for each process: nobody can try out what was hidden.
    private static func digest(_ text: String) -> String {
        var hasher = Hasher()
        hasher.combine(text)
        return String(UInt(bitPattern: hasher.finalize()), radix: 16)
    }
}
