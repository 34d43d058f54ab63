import Testing

@testable import StateSpec

/// Whatever is put into a document that was allowed, wherever it is put, is seen.
@Suite struct PolicyMutationTests {
    /// Documents with much in them, none of which is left open by an exception.
    private static let names = [
        "disk-virtio.xml", "nic-bandwidth-qos.xml", "q35-versioned.xml", "pc-versioned.xml", "cpu-custom.xml",
        "serial-console-pty.xml", "numa-distances.xml", "video-qxl.xml", "memballoon-stats.xml", "rng-random.xml",
    ]

    private struct Document {
        let text: [UInt8]
        let policy: XMLPolicy
    }

    private func documents() throws -> [Document] {
        let known = Set(try DocumentCorpus.names("git"))
        let plain = Self.names.filter(known.contains)
        #expect(plain.count >= 4, "\(plain)")
        return try plain.map { name in
            let text = try DocumentCorpus.bytes("git/\(name)")
            return Document(text: text, policy: XMLPolicy.needed(by: [text]).policy)
        }
    }

    /// The text with something behind the name of a tag, or behind the whole tag.
    private func insert(_ new: String, _ text: [UInt8], at offset: Int) -> [UInt8] {
        Array(text[..<offset] + Array(new.utf8) + text[offset...])
    }

    private func isSeen(_ text: [UInt8], _ document: Document, _ what: String) {
        #expect(!document.policy.breaches(of: text).isEmpty, "\(what): \(String(decoding: text, as: UTF8.self))")
    }

    /// Of an attribute that an address may have nobody needs to know the name.
    @Test func unknownAttributes() throws {
        for document in try documents() {
            for tag in XMLTags(document.text) where tag.kind != .end {
                let offset = tag.range.lowerBound + 1 + tag.name.utf8.count
                isSeen(insert(" xmlns:x='urn:x' x:type='none'", document.text, at: offset), document, tag.name)
                if ["address", "zpci"].contains(tag.name) { continue }
                isSeen(insert(" havirt='1'", document.text, at: offset), document, tag.name)
            }
        }
    }

    @Test func unknownElements() throws {
        for document in try documents() {
            for tag in XMLTags(document.text) where tag.kind == .start {
                let offset = tag.range.upperBound
                isSeen(insert("<havirt/>", document.text, at: offset), document, tag.name)
                isSeen(insert("<x:source xmlns:x='urn:x' file='/'/>", document.text, at: offset), document, tag.name)
            }
        }
    }

    /// In every place where libvirt would read it.
    @Test(arguments: [
        ("domain", "<seclabel type='none'/>"), ("domain", "<seclabel model='none'/>"),
        ("domain", "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>"),
        ("domain", "<bootloader>/bin/sh</bootloader>"), ("domain", "<devices><hostdev/></devices>"),
        ("domain", "<os><kernel>/etc/shadow</kernel></os>"), ("domain", "<metadata/><x:devices xmlns:x='urn:x'/>"),
        ("os", "<loader>/etc/shadow</loader>"), ("os", "<nvram>/etc/shadow</nvram>"), ("os", "<init>/bin/sh</init>"),
        ("devices", "<hostdev mode='subsystem' type='usb'/>"),
        ("devices", "<filesystem><source dir='/'/></filesystem>"),
        ("devices", "<emulator>/bin/sh</emulator>"), ("devices", "<emulator> /usr/bin/qemu-system-x86_64</emulator>"),
        ("devices", "<disk type='block'><source dev='/dev/mem'/></disk>"),
        ("devices", "<disk type='file'><source file='/etc/shadow'/></disk>"),
        ("devices", "<disk type='vhostvdpa'><source dev='/dev/vhost-vdpa-0'/></disk>"),
        ("devices", "<disk><source pool='p' volume='v'/></disk>"), ("devices", "<disk type='odd'/>"),
        ("devices", "<disk><mirror file='/etc/shadow'/></disk>"), ("devices", "<interface type='vdpa'/>"),
        ("devices", "<interface type='odd'/>"),
        ("devices", "<interface type='network'><script path='/x'/></interface>"),
        ("devices", "<interface type='network'><source dev='eth0'/></interface>"),
        ("devices", "<serial type='odd'/>"), ("devices", "<serial><source path='/dev/sda'/></serial>"),
        ("devices", "<console type='pty' tty='/dev/sda'/>"), ("devices", "<channel type='dbus'/>"),
        ("devices", "<channel type='unix'><source path='/x'/></channel>"),
        ("devices", "<tpm><backend type='external'/></tpm>"),
        ("devices", "<tpm><backend type='emulator'><source type='file' path='/x'/></backend></tpm>"),
        ("devices", "<rng><backend model='random'>/dev/mem</backend></rng>"), ("devices", "<shmem name='x'/>"),
        ("devices", "<input type='evdev'><source dev='/dev/input/event0'/></input>"),
        ("devices", "<memory model='virtio-pmem'/>"), ("devices", "<pstore><path>/x</path></pstore>"),
        ("devices", "<graphics type='sdl' display=':0'/>"),
        ("devices", "<graphics type='dbus' address='unix:path=/x'/>"),
        ("devices", "<graphics type='spice'><gl enable='yes'/></graphics>"),
        ("devices", "<graphics type='vnc' listen='::'/>"), ("devices", "<audio id='1' type='pulseaudio'/>"),
        ("devices", "<video><driver name='vhostuser'/></video>"),
        ("devices", "<crypto><backend model='lkcf'/></crypto>"),
        ("devices", "<lease><target path='/x'/></lease>"), ("devices", "<smartcard mode='host'/>"),
    ])
    func dangers(parent: String, xml: String) throws {
        for document in try documents() {
            guard let tag = XMLTags(document.text).first(where: { $0.kind == .start && $0.name == parent }) else {
                continue
            }
            isSeen(insert(xml, document.text, at: tag.range.upperBound), document, xml)
        }
    }

    /// Metadata is anybody's, and nothing of it reaches libvirt.
    @Test func metadataIsFree() throws {
        for document in try documents() {
            let tag = try #require(XMLTags(document.text).first { $0.kind == .start && $0.name == "domain" })
            let xml = "<metadata><x:a xmlns:x='urn:x' x:b='c'><hostdev/></x:a></metadata>"
            #expect(document.policy.breaches(of: insert(xml, document.text, at: tag.range.upperBound)) == [])
        }
    }

    /// What is cut off anywhere, or damaged, is judged without harm.
    @Test func damaged() throws {
        var random = SplitMix(state: 7)
        for document in try documents() {
            for _ in 0..<50 {
                var text = document.text
                text[Int(random.next() % UInt64(text.count))] = UInt8(truncatingIfNeeded: random.next())
                let end = Int(random.next() % UInt64(text.count)) + 1
                _ = document.policy.breaches(of: text)
                #expect(!document.policy.breaches(of: Array(text[..<(end - 1)])).isEmpty)
            }
        }
    }

    @Test func thereIsABound() throws {
        let disks = String(repeating: "<disk type='dir'/>", count: 5_000)
        let breaches = XMLPolicy().breaches(of: Array("<domain type='kvm'><devices>\(disks)</devices></domain>".utf8))
        #expect(breaches.count == PolicyWalk.breachesMax + 1)
        #expect(breaches.last?.message == "the XML has more that is not allowed; only the first 50 are told")
    }

    /// What is printed has no control character, and nothing that turns the text around.
    @Test func valuesAreEscaped() throws {
        let devices = "<disk type='&#x202e;odd'><evil\u{200d}/></disk><audio id='1' evil\u{200d}='x'/>"
        let xml = "<domain type='kvm'><devices>\(devices)</devices></domain>"
        #expect(XMLPolicy().breaches(of: Array(xml.utf8)).count == 3)
        for breach in XMLPolicy().breaches(of: Array(xml.utf8)) {
            let text = "\(breach.finding(in: "f"))"
            #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .format }, "\(text)")
        }
    }
}
