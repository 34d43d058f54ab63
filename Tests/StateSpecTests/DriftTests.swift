import Testing

@testable import StateSpec

/// The three-way comparison, its text, and what it must never do.
@Suite struct DriftTests {
    static let old = ObjectID { _ in 0x11 }
    static let new = ObjectID { _ in 0x22 }

    private func domain(_ memory: Int, _ devices: String = "", mark: ObjectID? = nil) throws -> DomainDocument {
        let metadata =
            mark.map {
                "<metadata><h:domain xmlns:h='\(DomainMark.namespace)' commit='\($0)' xml='\($0)'/></metadata>"
            } ?? ""
        return try DomainDocument(
            text: """
                <domain type='kvm'>
                  <name>web1</name>
                  \(metadata)
                  <memory unit='MiB'>\(memory)</memory>
                  <vcpu>1</vcpu>
                  <os><type machine='pc'>hvm</type></os>
                  <devices>
                    \(devices)
                  </devices>
                </domain>
                """)
    }

    private let disk = "<disk type='file'><source file='/a'/><target dev='vdb' bus='virtio'/></disk>"

    @Test func whatRunsIsGits() throws {
        let drift = DefinitionDrift(
            git: try domain(64), digest: Self.new, live: try domain(64, mark: Self.new), persistent: nil)
        #expect(drift.isEmpty)
        #expect(drift.start == .current(DomainMark(commit: Self.new, xml: Self.new)))
    }

    @Test func attachedByHand() throws {
        let drift = DefinitionDrift(
            git: try domain(64), digest: Self.new, live: try domain(64, disk, mark: Self.new), persistent: nil)
        #expect(drift.live.map(\.path) == ["devices/disk[vdb]"])
        #expect(drift.pending == [] && drift.persistent == [])
    }

    @Test func gitHasMovedOn() throws {
        let live = try domain(64, disk, mark: Self.old)
        let blind = DefinitionDrift(git: try domain(128), digest: Self.new, live: live, persistent: nil)
        #expect(blind.start == .older(DomainMark(commit: Self.old, xml: Self.old)))
        #expect(blind.pending.map(\.path) == ["memory", "devices/disk[vdb]"])
        #expect(blind.live == [])
        // With the XML of then, what a person did is told from what the commit did.
        let drift = DefinitionDrift(
            git: try domain(128), digest: Self.new, live: live, persistent: nil, started: try domain(64))
        #expect(
            drift.pending.map(\.words) == [
                "memory: 131072 -> 65536 (next start)"
            ])
        #expect(drift.pending.map(\.line) == [4])
        #expect(drift.live.map(\.path) == ["devices/disk[vdb]"])
    }

    @Test func startedByAPerson() throws {
        let drift = DefinitionDrift(
            git: try domain(64), digest: Self.new, live: try domain(64, disk), persistent: try domain(32))
        #expect(drift.start == .unmarked)
        #expect(drift.live.map(\.path) == ["devices/disk[vdb]"])
        #expect(drift.persistent.map(\.path) == ["memory"])
        let off = DefinitionDrift(git: try domain(64), digest: nil, live: nil, persistent: try domain(64))
        #expect(off.isEmpty && off.start == .unknownOrOff)
    }

    @Test func text() throws {
        let git = try domain(64, "<graphics type='vnc' passwd='one'/>")
        let live = try domain(64, disk + "<graphics type='vnc' passwd='two'/>")
        let lines = DriftText.lines(from: git, to: live, .live, names: (git: "git 2222222222", node: "live on alpha"))
        #expect(
            lines == [
                "--- git 2222222222", "+++ live on alpha", "@@ -7,5 +7,9 @@", "   </os>", "   <devices>",
                "     <graphics type='vnc' autoport='yes'/>", "+    <disk type='file'>", "+      <source file='/a'/>",
                "+      <target dev='vdb' bus='virtio'/>", "+    </disk>", "   </devices>", " </domain>",
            ], "\(lines.joined(separator: "\n"))")
        let told = git.differences(from: live, .live)
        #expect(
            told.map(\.words) == [
                "devices/graphics[vnc]/@passwd: (secret) -> (secret) (live-applicable)",
                "devices/disk[vdb]: - -> <disk type='file'><source file='/a'/><target dev='vdb' bus='virtio'/></disk>"
                    + " (live-applicable)",
            ])
    }

    @Test func nothingFromANodeReachesTheTerminal() throws {
        let escape = "<disk type='file'><source file='/a\u{202E}b'/><target dev='v&#10;db' bus='virtio'/></disk>"
        let live = try domain(64, escape)
        let git = try domain(64)
        let shown =
            git.differences(from: live, .live).map(\.words)
            + DriftText.lines(from: git, to: live, .live, names: (git: "a\u{1B}[0m", node: "b\nc"))
        #expect(shown.count > 3)
        #expect(shown.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x202E } })
    }

    @Test(arguments: [
        ("", "empty-file"), ("<domain", "xml-syntax"), ("<a/>", "not-a-domain"), ("<domain>\0</domain>", "nul-byte"),
        ("<!DOCTYPE domain><domain/>", "doctype"), ("<x:domain xmlns:x='y'/>", "not-a-domain"),
        ("<?xml version='1.0' encoding='latin1'?><domain/>", "encoding"),
        (String(repeating: "<domain>", count: 65) + String(repeating: "</domain>", count: 65), "too-deep"),
        ("<domain>" + String(repeating: " ", count: 1 << 20) + "</domain>", "oversized"),
    ])
    func refused(text: String, code: String) {
        do throws(XMLProblem) {
            _ = try DomainDocument(Array(text.utf8))
            Issue.record("it was read")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func damagedDocuments() throws {
        var random = SplitMix(state: 5)
        for pair in DocumentCorpus.all.prefix(60) {
            var text = Array(pair.node.root.formatted().utf8)
            for _ in 0..<4 {
                text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 32..<127, using: &random)
            }
            guard let damaged = try? DomainDocument(text) else { continue }
            let portable = damaged.portable
            let again = try DomainDocument(portable.xml).portable
            #expect(again.xml == portable.xml, "\(pair.name)")
            let lines = DriftText.lines(from: pair.git, to: damaged, pair.form, names: (git: "g", node: "n"))
            let told = pair.git.differences(from: damaged, pair.form)
            #expect(lines.isEmpty || !told.isEmpty, "\(pair.name)")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func manyDevicesTakeNoTime() throws {
        let nics = String(repeating: "<interface type='network'><source network='a'/></interface>", count: 5_000)
        let git = try domain(64, nics)
        let node = try domain(64, nics + "<interface type='user'/>")
        #expect(git.differences(from: node, .persistent).map(\.path) == ["devices/interface"])
        let lines = DriftText.lines(from: git, to: node, .persistent, names: (git: "g", node: "n"))
        #expect(lines.last == "(more than 4000 lines: not shown)")
    }

    @Test func secretsAreLeftOut() throws {
        let document = try DomainDocument(
            text: """
                <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                  <name>a</name>
                  <devices>
                    <graphics type='vnc' autoport='yes' passwd='hidden1' passwdValidTo='2030-01-01T00:00:00'/>
                    <disk type='network' device='cdrom'><source protocol='https' name='x'>
                      <host name='h'/><cookies><cookie name='c'>hidden2</cookie></cookies>
                      <auth username='u'><secret type='iscsi' usage='fine'/></auth></source>
                      <target dev='hdc'/></disk>
                    <disk type='file'><encryption format='luks'><secret type='passphrase'>hidden3</secret></encryption>
                      <target dev='vdb'/></disk>
                  </devices>
                  <qemu:commandline>
                    <qemu:arg value='-object'/>
                    <qemu:arg value='secret,id=s,data=hidden4'/>
                    <qemu:arg value='-name'/>
                    <qemu:arg value='kept'/>
                    <qemu:env name='TOKEN' value='hidden5'/>
                  </qemu:commandline>
                </domain>
                """)
        let form = document.portable
        let text = String(decoding: form.xml, as: UTF8.self)
        #expect(!text.contains("hidden"), "\(text)")
        #expect(text.contains("usage='fine'") && text.contains("kept") && !text.contains("-object"))
        #expect(
            form.omitted.map(\.path) == [
                "devices/graphics/@passwd", "devices/disk/source/cookies/cookie", "devices/disk/encryption/secret",
                "commandline/arg", "commandline/env",
            ])
        #expect(try DomainDocument(form.xml).portable.omitted == [])
    }
}
