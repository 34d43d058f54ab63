public import StateSpec

/// Why something is done or not done: a stable code, and the words for people.
public struct Reason: Equatable, Codable, Sendable, CustomStringConvertible {
    /// A stable code in kebab case.
    public let code: String
    /// One line, escaped; rules of git are named by file and line.
    public let text: String
    // Not written out, because the text says it all but for the commits, which anyone can ask for again.
    private var ruleText: RuleText?

    private enum CodingKeys: String, CodingKey { case code, text }

    /// A reason.
    init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }

    /// A reason in which rules of git are to blame.
    init(_ code: String, _ rules: RuleText) {
        self.code = code
        text = rules.text()
        ruleText = rules
    }

    /// The words.
    public var description: String { text }

    /// The words, rules and all, to be part of others.
    var words: RuleText { ruleText ?? RuleText(stringLiteral: text) }

    /// The lines of git that are to blame.
    public var rules: [Place] { ruleText?.rules ?? [] }

    /// The words with the commits that brought the rules.
    public func text(_ commits: [Place: ObjectID]) -> String { ruleText?.text(commits) ?? text }

    /// The same code and words.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code && left.text == right.text }
}

extension Reason {
    // These are met by the thousand in a healthy cluster, so they are made once.
    static let inSync = Reason("in-sync", "runs where it may")
    static let staysOff = Reason("in-sync", "is off, as wished")
    static let manualOff = Reason("in-sync", "is off; manual leaves it so")

    static func keepalive() -> Reason { Reason("keepalive", "keepalive, and it runs nowhere") }
    static func wishedStopped() -> Reason { Reason("wished-stopped", "git wishes it stopped") }
    static func pruned() -> Reason { Reason("pruned", "its files were removed and it said prune: true") }
    static func drain(_ node: NodeName, _ pause: Pause?) -> Reason {
        let why = pause?.reason.map { ": \(Escaped($0).bare)" } ?? ""
        return Reason("drain", "\(node) is in maintenance\(why)")
    }
    static func balance(_ loads: [String]) -> Reason {
        Reason("balance", "evens out: \(loads.joined(separator: ", "))")
    }
    static func makesRoom(for names: [String]) -> Reason {
        let more = names.count > 3 ? " and \(names.count - 3) more" : ""
        return Reason("makes-room", "makes room for \(names.prefix(3).joined(separator: ", "))\(more)")
    }
    static func leaving(_ node: NodeName) -> Reason { Reason("retire", "\(node) is retired") }
    static func preferred(_ node: NodeName) -> Reason { Reason("bring-back", "prefers \(node), and is brought back") }
    static func cannotReturn(_ why: Reason, _ refusals: RuleText) -> Reason {
        Reason("cannot-return", "\(why.words), but that node cannot take it: \(refusals)" as RuleText)
    }
    static func startAsked() -> Reason { Reason("start-asked", "asked for by name") }
    static func stopAsked(destroyedAfter timeout: Seconds?) -> Reason {
        let force = timeout.map { ", and destroyed unless it is off within \($0)" } ?? ""
        return Reason("stop-asked", "asked for by name\(force)")
    }
    static func restartAsked(destroyedAfter timeout: Seconds?) -> Reason {
        let force = timeout.map { ", and destroyed unless it is off within \($0)" } ?? ""
        return Reason("restart-asked", "asked for by name\(force)")
    }
    static func moveAsked() -> Reason { Reason("move-asked", "asked for by name") }
    static func noNode(_ node: NodeName) -> Reason { Reason("no-node", "\(node) is no node of this cluster") }
    static func cannotTake(_ why: Reason, _ refusals: RuleText) -> Reason {
        Reason("no-place", "\(why.words), but that node cannot take it: \(refusals)" as RuleText)
    }
    static func cannotTakeAgain(_ refusals: RuleText) -> Reason {
        Reason("no-place", "not shut down, because no node could start it again: \(refusals)" as RuleText)
    }
    static func outside(_ node: NodeName, _ rule: RuleText) -> Reason {
        Reason("off-place", "\(node.text) is not among its allowed nodes\(rule)" as RuleText)
    }
    static func held(_ pause: Pause, now: Timestamp, keeping node: NodeName?) -> Reason {
        var text = "held"
        if let by = pause.by { text += " by \(Escaped(by).bare)" }
        if let until = pause.until { text += until < now ? ", expired \(until)" : " until \(until)" }
        if let reason = pause.reason { text += ": \(Escaped(reason).bare)" }
        if let node { text += "; cannot leave \(node), which is to be emptied" }
        return Reason("held", text)
    }
    static func heldByTip(_ commit: ObjectID) -> Reason {
        Reason("held-by-tip", "its files differ in commit \(commit.short), which cannot be used")
    }
    static func outlawed() -> Reason {
        Reason("outlawed", "its XML asks for what xmlPolicy in havirt.conf does not allow; `havirt lint` tells what")
    }
    static func double(_ nodes: [String]) -> Reason {
        Reason("double-run", "ACTIVE ON SEVERAL NODES: \(nodes.joined(separator: ", ")); nothing is done by itself")
    }
    static func transition(_ sights: [String]) -> Reason {
        Reason("in-transition", "in transition (\(sights.joined(separator: "; "))); waiting")
    }
    static func inFlight(_ commands: [String]) -> Reason {
        Reason("in-flight", "\(commands.joined(separator: "; ")); waiting until that is seen or ruled out")
    }
    static func leftover(_ source: NodeName, runsOn target: NodeName) -> Reason {
        Reason("leftover", "a migration to \(target), where it runs, left a paused half on \(source)")
    }
    static func leftoverOnce(_ sights: [String]) -> Reason {
        Reason(
            "leftover-once",
            "looks like what a migration left behind (\(sights.joined(separator: "; "))); waiting to see it again,"
                + " under the lock, after \(TwiceSeen.span)")
    }
    static func critical(_ sights: [String]) -> Reason {
        Reason("critical", "\(sights.joined(separator: "; ")): both halves are needed, only a person may touch it")
    }
    static func alarm(_ sight: String) -> Reason { Reason("alarm", "\(sight): a person has to look") }
    static func paused(_ node: NodeName) -> Reason {
        Reason("paused", "paused by a person on \(node); havirt never resumes it")
    }
    static func stopping(_ node: NodeName) -> Reason {
        Reason("stopping", "shutting down on \(node); it holds its disks until it is off")
    }
    static func homeNotInGit(_ node: NodeName) -> Reason {
        Reason("home-not-in-git", "runs on \(node), which git does not name; restore the node's file")
    }
    static func saved(_ node: NodeName) -> Reason {
        Reason("managed-save", "has a saved memory image on \(node); start or discard it there by hand")
    }
    static func strayProcess(_ nodes: [NodeName]) -> Reason {
        Reason(
            "stray-process",
            "a QEMU process with its uuid runs on \(nodes.map(\.text).joined(separator: ", ")) unknown to libvirt")
    }
    static func notUnderstood(_ node: NodeName, _ why: String) -> Reason {
        Reason(
            "not-understood",
            "its XML on \(node) is not understood (\(Escaped(why).bare)); look at `virsh dumpxml` there")
    }
    static func hiddenDisks(_ other: DomainUUID, on node: NodeName) -> Reason {
        Reason(
            "hidden-disks",
            "domain \(other) on \(node), whose XML is not understood, may be writing one of its disks")
    }
    static func identity(_ what: String) -> Reason { Reason("identity", what) }
    static func homeUnknown(_ silences: [String]) -> Reason {
        Reason("home-unknown", "may be running on a silent node: \(silences.joined(separator: "; "))")
    }
    static func noPlace(_ refusals: RuleText) -> Reason {
        Reason("no-place", "no node can take it: \(refusals)" as RuleText)
    }
    static func cannotLeave(_ why: Reason, _ refusals: RuleText) -> Reason {
        Reason("cannot-leave", "\(why.words), but no node can take it: \(refusals)" as RuleText)
    }
    static func neverMigrates(_ why: Reason) -> Reason {
        Reason("cannot-leave", "\(why.words), but it says migrate: never" as RuleText)
    }
    static func blocksMigration(_ why: Reason, _ count: Int) -> Reason {
        let devices = "\(count) host device\(count == 1 ? "" : "s")"
        return Reason("cannot-leave", "\(why.words), but it holds \(devices)" as RuleText)
    }
    static func manualOutside(_ why: Reason) -> Reason {
        Reason("off-place", "\(why.words); manual is not moved" as RuleText)
    }
    static func diskClash(_ other: String, _ disk: String, isWriter: Bool, as name: String) -> Reason {
        let text = "\(other) \(isWriter ? "may be writing" : "uses") its disk \(disk)"
        return Reason("disk-clash", text + (name == disk ? "" : " as \(name)"))
    }
    static func unprotected(_ gap: LockAudit.Gap) -> Reason {
        Reason("unprotected", "the storage lock that is demanded does not protect it: \(gap)")
    }
    static func unordered(_ refusals: String) -> Reason {
        Reason("no-order", "no order of steps makes room for it: \(refusals)")
    }
    static func notSelected() -> Reason { Reason("not-selected", "not among the domains that this run is about") }
}
