import Reconciler
import StateSpec
import Testing

@testable import Store

/// What is recorded comes back.
struct RecordTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func nothingRecordedIsNothingRecalled() throws {
        #expect(try scratch.store().recall() == Recollection())
        #expect(try scratch.names == [])
    }

    @Test func aScanComesBackInAnotherProcess() throws {
        let memo = NodeMemo(
            applied: AppliedCommit(commit: try Sample.commit("a"), at: Sample.time(5)),
            members: [try Sample.member("n1", at: 5), try Sample.member("n2", host: 902, boot: 802, at: 6)])
        let node = try Sample.observed(
            domains: [Sample.domain(1), Sample.domain(2, name: "db", "shut off", "shutdown")],
            processes: [Sample.uuid(1), Sample.uuid(3)], memo: memo)
        let silent = Reading.silent(Silence(.unreachable, "refused"))
        try scratch.store("r7").record(
            Sample.scan(10, ["n1": .answered(node, at: Sample.time(9)), "n2": silent]))

        let other = try scratch.store("r8")
        let recalled = try other.recall()
        let second = try Sample.member("n2", host: 902, boot: 802, at: 6)
        #expect(recalled.members == [try Sample.member("n1", at: 9), second])
        #expect(recalled.applied == memo.applied)
        let sighting = Sighting(
            uuid: try Sample.uuid(1), node: try Sample.node("n1"), bootID: try Sample.uuid(801), at: Sample.time(9))
        #expect(recalled.sightings == [sighting])

        let resources = try #require(try other.nodes()[Sample.node("n1")]?.resources)
        #expect(resources == NodeRecord.Resources(node, at: Sample.time(9), run: try Sample.run("r7")))
        #expect(try other.nodes()[Sample.node("n2")]?.quiet?.since == Sample.time(10))
        let population = try #require(try other.population()[Sample.node("n1")])
        #expect(population.domains.count == 2)
        #expect(population.strays == [try Sample.uuid(3)])
        let domain = try #require(try other.domains()[Sample.uuid(1)]?.definition)
        #expect(domain.vncPort == 5901)
        #expect(domain.memory == MemorySize(mebibytes: 1536))
        #expect(try other.domains()[Sample.uuid(2)]?.definition?.vncPort == nil)
    }

    @Test func epochsAndUnsettledSightingsComeBack() throws {
        let epochs = EpochRecord(own: try #require(Epoch(7)), foreignMetAt: Sample.time(3), actedAt: Sample.time(4))
        try scratch.store().record(epochs: epochs)
        #expect(try scratch.store().recall().epochs == epochs)
        try scratch.store().record(epochs: EpochRecord(own: try #require(Epoch(8))))
        #expect(try scratch.store().recall().epochs == EpochRecord(own: try #require(Epoch(8))))
        for (at, job) in [(9, nil), (19, "Outgoing migration")] {
            let node = try Sample.observed(domains: [Sample.domain(1, job: job)])
            try scratch.store().record(Sample.scan(Int64(at), ["n1": .answered(node, at: Sample.time(Int64(at)))]))
        }
        let sighting = Sighting(
            uuid: try Sample.uuid(1), node: try Sample.node("n1"), bootID: try Sample.uuid(801), at: Sample.time(9),
            unsettledAt: Sample.time(19))
        #expect(try scratch.store().recall().sightings == [sighting])
    }

    @Test func theNewestAppliedCommitComesBack() throws {
        let newer = AppliedCommit(
            commit: try #require(ObjectID(String(repeating: "b", count: 40))), at: Sample.time(9))
        let older = AppliedCommit(
            commit: try #require(ObjectID(String(repeating: "a", count: 40))), at: Sample.time(3))
        for applied in [newer, older] { try scratch.store().record(applied: applied) }
        #expect(try scratch.store().recall().applied == newer)
    }

    @Test func failuresComeBackAndAreReplaced() throws {
        let failure = StartFailure(
            uuid: try Sample.uuid(1), node: try Sample.node("n1"), count: 2, at: Sample.time(1),
            cause: "internal error: \"x\": no\\such: # file")
        let store = try scratch.store()
        try store.record(failures: [failure])
        #expect(try scratch.store().recall().failures == [failure])
        try store.record(failures: [])
        #expect(try scratch.store().recall().failures == [])
    }

    @Test(arguments: [
        "", " ", "yes", "null", "~", "12", "a: b", "# no", "- x", "tab\there", "line\nbreak", "cr\r", "\u{0}\u{7f}",
        "\u{85}\u{2028}\u{feff}\u{202e}", "Größe 日本", "e\u{301}", "\u{fffe}\u{10ffff}", "'\"\\", "*a", "&a", "!t", "<<",
        "%x", "@x", "`x", "🙂",
    ])
    func anyTextOfANodeComesBack(_ text: String) throws {
        let node = try Sample.observed(hostName: text, domains: [Sample.domain(1, name: text, text, text)])
        try scratch.store().record(Sample.scan(10, ["n1": .answered(node, at: Sample.time(9))]))
        let other = try scratch.store()
        let resident = try #require(try other.population()[Sample.node("n1")]?.domains[Sample.uuid(1)])
        let resources = try #require(try other.nodes()[Sample.node("n1")]?.resources)
        for read in [resident.name, resident.state.reason, resources.hostName] {
            #expect(Array(read.utf8) == Array(text.utf8))
        }
    }

    @Test func theFilesAreFitToBeRead() throws {
        let node = try Sample.observed(domains: [Sample.domain(1)])
        try scratch.store().record(Sample.scan(10, ["n1": .answered(node, at: Sample.time(9))]))
        let text = try scratch.text("domain.yaml")
        #expect(
            text.split(separator: "\n").dropFirst().joined(separator: "\n") == """
                format: 1
                domains:
                  "00000000-0000-4000-8000-000000000001":
                    name: web
                    vcpus: 2
                    memory: 1536 MiB
                    vncPort: 5901
                    node: n1
                    seen: "2026-09-21T14:13:29Z"
                    active: true
                    lastActive:
                      node: n1
                      boot: "00000000-0000-4000-8000-000000000801"
                      at: "2026-09-21T14:13:29Z"
                """)
        #expect(try scratch.text("node.yaml").contains("\n      memory: 16309244 KiB\n"))
    }

    @Test func numbersBeyondAllReasonDoNotMakeAnUnreadableFile() throws {
        let definition = DomainDefinition(
            type: "kvm", memory: MemorySize(kibibytes: .max), vcpus: .max,
            graphics: [DomainGraphics(type: "vnc", port: 70_000)])
        let domain = ObservedDomain(
            uuid: try Sample.uuid(1), name: "x", state: ObservedState("running", "booted"), definition: definition)
        let node = try Sample.observed(domains: [domain])
        try scratch.store().record(Sample.scan(10, ["n1": .answered(node, at: Sample.time(9))]))
        let read = try #require(try scratch.store().domains()[Sample.uuid(1)]?.definition)
        #expect(read.memory == .specMax)
        #expect(read.vncPort == nil)
    }
}
