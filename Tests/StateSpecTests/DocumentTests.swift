import StateSpec
import Testing

/// What libvirt makes of a hundred documents and more is no drift, and goes to git and back.
@Suite struct DocumentTests {
    @Test func everyDocumentIsThereTwice() throws {
        #expect(try DocumentCorpus.names("git") == DocumentCorpus.names("persistent"))
        #expect(try DocumentCorpus.names("git-running") == DocumentCorpus.names("live"))
        #expect(try DocumentCorpus.names("git").count >= 100)
        #expect(Set(DocumentCorpus.all.map(\.git)).count == DocumentCorpus.all.count)
    }

    /// The guest of this one has no driver for the balloon, and never gave back what git does not want it to have.
    static let known = [
        "live-memory-current.xml": ["currentMemory: 32768 -> 65536 (live-applicable)"]
    ]

    @Test(arguments: DocumentCorpus.all)
    func noFalseDrift(_ pair: DocumentCorpus) {
        let differences = pair.git.differences(from: pair.node, pair.form)
        #expect(differences.map(\.words) == Self.known[pair.name] ?? [])
    }

    @Test(arguments: DocumentCorpus.all)
    func portable(_ pair: DocumentCorpus) throws {
        let form = pair.node.portable
        let document = try DomainDocument(form.xml)
        #expect(document.portable.xml == form.xml, "making it twice changes it")
        #expect(document.portable.omitted == [])
        let differences = document.differences(from: pair.node, pair.form)
        #expect(differences.map(\.words) == [])
        let text = String(decoding: form.xml, as: UTF8.self)
        #expect(!text.contains("<alias name='virtio") && !text.contains("s3cret") && !text.contains("vnet"))
        // Whatever havirt decides by is still the same.
        let before = try DomainXMLParser.parse(Array(pair.node.root.formatted().utf8)).definition
        let after = try DomainXMLParser.parse(form.xml).definition
        #expect(after.machine == before.machine)
        #expect(after.memory == before.memory && after.vcpus == before.vcpus)
        #expect(after.disks.map(\.source) == before.disks.map(\.source))
        #expect(after.disks.map(\.target) == before.disks.map(\.target))
        #expect(after.interfaces.count == before.interfaces.count)
        #expect(after.hostDevices == before.hostDevices)
    }

    @Test(arguments: DocumentCorpus.all)
    func writing(_ pair: DocumentCorpus) throws {
        for document in [pair.git, pair.node] {
            let text = document.root.formatted()
            let again = try DomainDocument(text: text)
            #expect(again.root.formatted() == text)
            #expect(document.differences(from: again, .persistent) == [])
            #expect(again.differences(from: document, .persistent) == [])
        }
    }

    @Test(arguments: DocumentCorpus.all)
    func nothingToShow(_ pair: DocumentCorpus) {
        let lines = DriftText.lines(from: pair.git, to: pair.node, pair.form, names: (git: "git", node: "node"))
        #expect(lines.isEmpty == (Self.known[pair.name] == nil), "\(lines)")
    }
}
