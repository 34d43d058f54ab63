import StateSpec
import Testing

@testable import Reconciler

/// What validate and plan say of definitions that are not what git says.
@Suite struct DefinitionFindingsTests {
    private static let then = ObjectID { _ in 0xAB }

    private func xml(memory: Int = 64, devices: String = "", markedBy blob: ObjectID? = nil) -> String {
        let mark = blob.map {
            "<metadata><h:domain xmlns:h='\(DomainMark.namespace)' commit='\(Self.then)' xml='\($0)'/></metadata>"
        }
        return """
            <domain type='kvm'>
              <name>web</name>
              <uuid>\(DomainUUID.numbered(1))</uuid>
              \(mark ?? "")
              <memory unit='MiB'>\(memory)</memory>
              <vcpu>1</vcpu>
              <devices>
                \(devices)
              </devices>
            </domain>
            """
    }

    private static let disk = "<disk type='file'><source file='/x'/><target dev='vdb' bus='virtio'/></disk>"
    private static let usb = "<hostdev type='usb'><source><vendor id='0x1'/></source></hostdev>"
    private static let isGits = ObjectID(String(repeating: "d", count: 40))

    private func request(live: String?, persistent: String? = nil, state: String = "running") -> PlanRequest {
        var cluster = ValidatedCluster()
        cluster.domains[0] = DomainSpec(
            name: "web", uuid: .numbered(1), definition: cluster.domains[0].definition, xml: Array(xml().utf8),
            xmlBlob: Self.isGits, wish: cluster.domains[0].wish)
        let documents = ObservedDocuments(live: live, persistent: persistent)
        cluster.change("alpha") { node in
            node = node.with(
                domains: node.domains.map { domain in
                    var domain = domain
                    domain.documents = documents
                    return domain
                })
        }
        return cluster.request
    }

    private func findings(live: String?, persistent: String? = nil) -> [Alert] {
        let request = request(live: live, persistent: persistent)
        return Validation(request, Plan.make(request)).findings.filter { $0.code.hasPrefix("xml-") }
    }

    @Test func whatWasStartedFromGitIsNoDrift() {
        #expect(findings(live: xml(markedBy: Self.isGits), persistent: xml()) == [])
        #expect(findings(live: nil) == [])
        #expect(findings(live: "<domain") == [])
    }

    @Test func aCommitSinceIsANotice() {
        let found = findings(live: xml(memory: 32, markedBy: ObjectID { _ in 0xEE }))
        #expect(found.map(\.code) == ["xml-pending"])
        #expect(found.map(\.severity) == [.notice])
        #expect(
            found.map(\.message) == [
                "next start (runs ababababab, git has another): memory (line 5) is 32768, in git 65536"
            ])
        #expect(found.map(\.hint) == ["`havirt domain restart web` applies it now"])
        #expect(found[0].remedies == [])
        // Another blob that says the same is nothing to wait for.
        #expect(findings(live: xml(markedBy: ObjectID { _ in 0xEE })) == [])
    }

    @Test func whatBlocksAMigrationIsAWarningWhoeverIsToBlame() {
        let found = findings(live: xml(memory: 32, devices: Self.usb, markedBy: ObjectID { _ in 0xEE }))
        #expect(found.map(\.code) == ["xml-blocks-migration", "xml-pending"])
        #expect(found.first?.severity == .warning)
        #expect(found.first?.message == "cannot migrate as it runs: devices/hostdev[usb id=1] is not in git")
    }

    @Test func whatIsDoneByHandIsAWarningWithTheCommandThatUndoesIt() {
        let found = findings(live: xml(devices: Self.disk + Self.usb, markedBy: Self.isGits))
        #expect(found.map(\.code) == ["xml-blocks-migration", "xml-live"])
        #expect(found.map(\.node) == ["alpha", "alpha"])
        #expect(
            found.map(\.message) == [
                "cannot migrate as it runs: devices/hostdev[usb id=1] is not in git",
                "changed by hand since it was started: devices/disk[vdb] is not in git",
            ])
        let words = [
            "virsh", "-c", "qemu:///system", "detach-device", "\(DomainUUID.numbered(1))", "/dev/stdin", "--live",
        ]
        #expect(
            found.last?.remedies == [
                Remedy(
                    on: "alpha", .run(words),
                    input: .lines([
                        "<disk type='file'>", "  <source file='/x'/>", "  <target dev='vdb' bus='virtio'/>", "</disk>",
                    ]))
            ])
        let offers = LiveOffer.all(request(live: xml(devices: Self.disk + Self.usb, markedBy: Self.isGits)))
        #expect(offers.map(\.domain) == ["web"] && offers.map(\.node) == ["alpha"])
        #expect(offers.first?.commands.count == 2)
    }

    /// Commands that are pasted bypass the checks of a step, so what a step could not do is not offered.
    @Test func aDiskIsOfferedOnlyWhereNobodyElseMayWriteIt() throws {
        let git = xml(devices: Self.disk)
        var cluster = ValidatedCluster()
        let definition = try DomainXMLParser.parse(Array(git.utf8)).definition
        cluster.domains[0] = DomainSpec(
            name: "web", uuid: .numbered(1), definition: definition, xml: Array(git.utf8), xmlBlob: Self.isGits,
            wish: cluster.domains[0].wish)
        let running = xml(markedBy: Self.isGits)
        cluster.change("alpha") { node in
            node = node.with(
                domains: node.domains.map { domain in
                    var domain = domain
                    domain.documents = ObservedDocuments(live: running)
                    return domain
                })
        }
        cluster.spec.sharedPaths = ["/"]
        let free = cluster.request
        #expect(LiveOffer.all(free).first?.commands.first?.action.words.contains("attach-device") == true)

        var silent = free
        silent.observed.nodes["gamma"] = .silent(Silence(.unreachable, "no route"))
        #expect(LiveOffer.all(silent) == [])

        var held = cluster
        held.domains[0].wish.hold = Pause()
        #expect(LiveOffer.all(held.request) == [])

        var used = cluster
        used.change("beta") { node in
            node = node.with(
                domains: node.domains.map { domain in
                    ObservedDomain(
                        uuid: domain.uuid, name: domain.name, state: domain.state, definition: definition)
                })
        }
        #expect(LiveOffer.all(used.request) == [])
        #expect(Validation(used.request, Plan.make(used.request)).findings.contains { $0.code == "xml-live" })
    }

    @Test func whatHavirtDidNotStartIsSaidToDiffer() {
        let found = findings(live: xml(devices: Self.disk))
        #expect(found.map(\.message) == ["what runs differs from git: devices/disk[vdb] is not in git"])
    }

    @Test func aStoredDefinitionThatIsNotGits() {
        let found = findings(live: xml(markedBy: Self.isGits), persistent: xml(memory: 128))
        #expect(found.map(\.code) == ["xml-persistent"])
        #expect(found.map(\.severity) == [.warning])
        #expect(
            found.first?.remedies.first?.action
                == .run([
                    "virsh", "-c", "qemu:///system", "undefine", "\(DomainUUID.numbered(1))", "--keep-nvram",
                ]))
    }

    @Test func aRoundWithoutDocumentsOffersNothing() {
        #expect(LiveOffer.all(ValidatedCluster().request) == [])
    }
}

extension Remedy.Action {
    fileprivate var words: [String] { if case .run(let words) = self { words } else { [] } }
}
