import ArgumentParser
import Reconciler
import StateSpec

struct DomainRestart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Shut domains down and start them again, from git's XML.",
        discussion: """
            What a commit changed in a domain's XML comes with its next start, and this is one: the guest is asked to \
            shut down, and once it is seen off it is started where it ran, or, if that node cannot take it any more, \
            where it can be. Nothing is shut down for which there is no place, nor while a node is silent that might \
            run it. A guest that does not obey within its `shutdown.timeout` goes on as it is; with --destroy its power \
            is cut then. Nothing is committed.

            EXAMPLES
              havirt domain restart web1             the commands
              havirt domain restart web1 web2 --yes
              havirt domain restart web1 --destroy --yes
            """)

    @Argument(help: "The domains.", completion: NameCompletion.domains)
    var domains: [String]

    @Flag(name: .long, help: "Cut the power of a guest that does not obey in time: what it did not write is lost.")
    var destroy = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var lock: LockOption

    func run() async throws {
        let verb = RestartVerb(start: try await VerbStart(global, commit))
        let specs = try verb.choose(domains)
        var options = lock.planOptions
        options.explicit = Dictionary(specs.map { ($0.name, .restart(isForced: destroy)) }) { first, _ in first }
        let names = Set(specs.map(\.name))
        let (last, isComplete) = try await verb.reconcile([], names, options, activity: "domain restart")
        for spec in specs {
            let homes = last.homes(of: spec.uuid).map(\.text).joined(separator: ", ")
            Terminal.out(homes.isEmpty ? "\(spec.name) is off.\n" : "\(spec.name) runs on \(homes).\n")
        }
        if !isComplete { throw ExitStatus.blocked }
    }
}

/// A verb without a commit.
private struct RestartVerb: SpecVerb {
    let start: VerbStart

    /// The domains with these names, each of which must run, and must be wished to.
    func choose(_ names: [String]) throws -> [DomainSpec] {
        var chosen: [DomainSpec] = []
        for text in names {
            let verb = DomainVerb(start: start, spec: try DomainChoice.find(text, planned.loaded.desired))
            try verb.demandNoHold()
            if verb.spec.wish.run == .stopped {
                throw Failure("git wishes \(verb.name) stopped; havirt domain start \(verb.name) changes that")
            }
            let silent = planned.observed.nodes.contains { $0.value.node == nil }
            if verb.homes.isEmpty, !silent {
                throw Failure("\(verb.name) runs nowhere; havirt domain start \(verb.name) starts it")
            }
            if !chosen.contains(where: { $0.name == verb.name }) { chosen.append(verb.spec) }
        }
        return chosen
    }
}
