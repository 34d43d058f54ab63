internal import Reconciler
internal import StateSpec

/// The files of `/var/lib/havirt/<cluster>/`, as text.
///
/// `applied`: `applied COMMIT TIME`, `end 1`.
/// `members`: `member NAME SSH HOST-UUID BOOT-ID TIME active|retired [TIME]` a node, `end COUNT`; the second time is that
/// of a later sign of life.
/// `targets`: `target NAME` an iSCSI target, `end COUNT`.
/// The last line shows that the file is whole.
enum MemoText {
    /// Reads all; an absent file is empty text and remembers nothing. A damaged one fails: what it said may matter.
    static func parse(
        applied: ArraySlice<UInt8>, members: ArraySlice<UInt8>, targets: ArraySlice<UInt8>
    ) throws(Unreadable) -> NodeMemo {
        var named: [ISCSITargetName] = []
        for line in try entries(targets, of: "targets") { named.append(try target(line)) }
        var memo = NodeMemo(targets: named)
        if let line = try entries(applied, of: "applied").last {
            memo.applied = try commit(line)
        }
        for line in try entries(members, of: "members") { memo.members.append(try member(line)) }
        guard Set(memo.members.map(\.name)).count == memo.members.count else {
            throw Unreadable(damage("members"))
        }
        return memo
    }

    /// The file `applied`.
    static func text(_ applied: AppliedCommit) -> [UInt8] {
        Array("applied \(applied.commit) \(applied.at)\nend 1\n".utf8)
    }

    /// The file `members`.
    static func text(_ members: [Member]) -> [UInt8] {
        var text = ""
        for member in members.sorted(by: { $0.name < $1.name }) {
            text += "member \(member.name) \(member.ssh) \(member.hostUUID) \(member.bootID) \(member.lastAnswer)"
            text += member.isRetired ? " retired" : " active"
            text += member.heardAt.map { " \($0)\n" } ?? "\n"
        }
        return Array("\(text)end \(members.count)\n".utf8)
    }

    /// The file `targets`.
    static func text(_ targets: [ISCSITargetName]) -> [UInt8] {
        Array(targets.map { "target \($0)\n" }.joined().utf8) + Array("end \(targets.count)\n".utf8)
    }

    private static func entries(
        _ text: ArraySlice<UInt8>, of file: String
    ) throws(Unreadable) -> [[String]] {
        if text.isEmpty { return [] }
        var entries: [[String]] = []
        for line in try ByteText.lines(text) {
            entries.append(
                line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(ByteText.string))
        }
        guard let last = entries.popLast(), last == ["end", "\(entries.count)"] else {
            throw Unreadable(damage(file))
        }
        return entries
    }

    private static func damage(_ file: String) -> String {
        "the file /var/lib/havirt/<cluster>/\(file) there is damaged: move it away on that one node, the others remember"
            + " what it said"
    }

    /// Any destination is let through: refusing one that another version of havirt wrote would silence the node.
    private static func isSpelling(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 300 && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }

    private static func commit(_ words: [String]) throws(Unreadable) -> AppliedCommit {
        guard words.count == 3, words[0] == "applied", let commit = ObjectID(words[1]), let at = Timestamp(words[2])
        else { throw Unreadable(damage("applied")) }
        return AppliedCommit(commit: commit, at: at)
    }

    private static func target(_ words: [String]) throws(Unreadable) -> ISCSITargetName {
        guard words.count == 2, words[0] == "target", let name = ISCSITargetName(words[1]) else {
            throw Unreadable(damage("targets"))
        }
        return name
    }

    private static func member(_ words: [String]) throws(Unreadable) -> Member {
        let heard = words.count == 8 ? Timestamp(words[7]) : nil
        guard words.count == (heard == nil ? 7 : 8), words[0] == "member", let name = try? NodeName(words[1]),
            isSpelling(words[2]), let host = DomainUUID(words[3]), let boot = DomainUUID(words[4]),
            let at = Timestamp(words[5]), words[6] == "active" || words[6] == "retired"
        else { throw Unreadable(damage("members")) }
        return Member(
            name: name, ssh: words[2], hostUUID: host, bootID: boot, lastAnswer: at, isRetired: words[6] == "retired",
            heardAt: heard)
    }
}
