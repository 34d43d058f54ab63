import ArgumentParser
import NodeDriver
import Reconciler
import StateSpec

struct NodeFenced: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fenced",
        abstract: "Declare that a silent node is off, or cut from its storage.",
        discussion: """
            havirt never starts a domain elsewhere while the node where it may be running is silent. This is your word \
            that it is not: power the node off, or cut it from its storage, and see that it is so. The word is a \
            commit, about the boot that was last seen and no other. Any sign of life voids it, for every havirt.

            EXAMPLES
              havirt node fenced beta --reason "PSU dead, cable pulled"
                                                     the commit, and what would start where
              havirt node fenced beta --reason "PSU dead, cable pulled" --yes
              havirt node fenced beta --lift --yes   take the word back
            """)

    @Argument(help: "The node.", completion: NameCompletion.nodes)
    var node: String

    @Option(name: .long, help: ArgumentHelp("What was done to it, and how that is known.", valueName: "text"))
    var reason: String?

    @Option(name: .long, help: ArgumentHelp("The boot that is meant; refused if it is not the last.", valueName: "id"))
    var boot: String?

    @Flag(name: .long, help: "Take the word back.")
    var lift = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions

    func validate() throws {
        if lift == (reason != nil) { throw ValidationError("give --reason TEXT, or --lift") }
        if lift && boot != nil { throw ValidationError("--boot says which boot is fenced; --lift takes none") }
    }

    func run() async throws {
        let reason = try reason.map { try CommitWords.check($0, option: "--reason") }
        let verb = try await NodeVerb([node], global, commit)
        guard let reason else { return try await takeBack(verb) }
        guard verb.wiring.settings.limits.mayFence else {
            throw Failure(
                "git may not declare a node dead here: `limits: {fencing: false}` in havirt.conf; whoever may change that"
                    + " file can lift it for as long as this takes")
        }
        let member = try await dead(verb)
        if let fenced = verb.spec.fenced, fenced.bootID == member.bootID, let since = fenced.since,
            since > member.lastHeard
        {
            return Terminal.out("\(verb.node) is fenced in this boot already, since \(since).\n")
        }
        let by = try verb.commits.author()
        // After the last sign of life, by whichever clock: a later one must be told from it.
        let since = max(verb.planned.observed.takenAt, member.lastHeard + Seconds(1))
        let fields = [
            YAMLField("bootId", .string("\(member.bootID)")), YAMLField("since", .string("\(since)")),
            YAMLField("by", .string(by)), YAMLField("reason", .string(reason)),
        ]
        try await verb.change("node \(verb.node): fenced, \(reason)") { old in
            try YAMLEditor.set("fenced", to: .mapping(fields), in: old)
        }
    }

    private func takeBack(_ verb: NodeVerb) async throws {
        guard verb.spec.fenced != nil else { return Terminal.out("\(verb.node) is not declared fenced.\n") }
        try await verb.change("node \(verb.node): no longer fenced") { old in
            try YAMLEditor.remove("fenced", from: old)
        }
    }

    /// The node as it was last heard; throws unless nothing speaks against its death.
    private func dead(_ verb: NodeVerb) async throws -> Member {
        let node = verb.node
        let advice = "power it off, or cut it from its storage, and ask again"
        switch verb.planned.observed.nodes[node] {
        case .answered(let seen, _):
            throw Failure("\(node) answers, in boot \(seen.bootID): it is not dead; \(advice)")
        case .silent(let silence) where silence.isSignOfLife:
            throw Failure("\(node) shows a sign of life, \(silence): it is not dead; \(advice)")
        case .silent, nil: break
        }
        let deadline = verb.planned.loaded.desired.cluster.timeouts.scan
        if let silence = await (try verb.wiring.hypervisor()).signOfLife(of: verb.spec, deadline: deadline) {
            throw Failure("\(node) shows a sign of life, \(silence): it is not dead; \(advice)")
        }
        try checkClock(verb.planned.observed)
        guard let member = verb.planned.observed.members[node] else {
            throw Failure(
                "no havirt has ever had an answer from \(node), so there is no boot to fence; if it is never to come,"
                    + " retire it, apply, and then remove its file")
        }
        if let boot {
            guard let id = DomainUUID(boot) else { throw Failure("\(Escaped(boot)) is no boot id") }
            guard id == member.bootID else {
                throw Failure("\(node) was last seen in boot \(member.bootID), at \(member.lastAnswer), not in \(id)")
            }
        }
        return member
    }

    /// Times in the word are compared with those of other machines.
    private func checkClock(_ observed: ObservedCluster) throws(Failure) {
        if let skew = ClockSkew.found(in: observed) { throw Failure(ClockSkew.objection(skew)) }
    }
}
