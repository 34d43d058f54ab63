import StateSpec
import Testing

/// The commands that make a running domain like git's.
@Suite struct LiveChangeTests {
    private func changes(git: String, live: String) throws -> [String] {
        func document(_ inside: String) throws -> DomainDocument {
            try DomainDocument(Array("<domain type='kvm'><name>a</name>\(inside)</domain>".utf8))
        }
        let differences = try document(git).differences(from: document(live), .live)
        let uuid = try #require(DomainUUID("c0ffee00-0000-4000-8000-000000000001"))
        return LiveChange.of(differences, in: uuid).map { change in
            (change.words.filter { $0 != "\(uuid)" } + (change.input.map { ["<"] + $0 } ?? [])).joined(separator: " ")
        }
    }

    private let nic = "<interface type='network'><mac address='52:54:00:00:00:01'/>"

    @Test func amounts() throws {
        #expect(
            try changes(
                git: "<memory>65536</memory><currentMemory>32768</currentMemory><vcpu current='2'>4</vcpu>",
                live: "<memory>65536</memory><currentMemory>65536</currentMemory><vcpu current='1'>4</vcpu>")
                == ["setmem 32768KiB --live", "setvcpus 2 --live"])
        // The most memory is not to be had live.
        #expect(try changes(git: "<memory>65536</memory>", live: "<memory>131072</memory>") == [])
    }

    @Test func words() throws {
        #expect(
            try changes(
                git: "<title>a b</title><on_crash>destroy</on_crash>",
                live: "<title>c</title><on_crash>restart</on_crash>")
                == ["desc --live --title --new-desc a b", "set-lifecycle-action crash destroy --live"])
    }

    @Test func wordsThatOneOfThemLacks() throws {
        #expect(try changes(git: "", live: "<title>c</title>") == ["desc --live --title --new-desc "])
        #expect(try changes(git: "<description>d</description>", live: "") == ["desc --live --new-desc d"])
    }

    @Test func devices() throws {
        #expect(
            try changes(
                git: "<devices>\(nic)<source network='a'/></interface></devices>",
                live:
                    "<devices>\(nic)<source network='b'/><link state='down'/><model type='e1000'/></interface></devices>"
            ) == [
                "update-device /dev/stdin --live < <interface type='network'>   <mac address='52:54:00:00:00:01'/>"
                    + "   <source network='a'/>   <model type='e1000'/> </interface>"
            ])
        #expect(
            try changes(
                git: "<devices><disk device='cdrom'><source file='/a'/><target dev='hdc' bus='ide'/></disk></devices>",
                live: "<devices><disk device='cdrom'><source index='2'/><target dev='hdc' bus='ide'/></disk></devices>")
                == [
                    "update-device /dev/stdin --live < <disk device='cdrom'>   <source file='/a'/>"
                        + "   <target dev='hdc' bus='ide'/> </disk>"
                ])
        let limits = { (text: String) in
            "<devices><disk><target dev='vda'/><iotune>\(text)</iotune></disk></devices>"
        }
        #expect(
            try changes(
                git: limits("<read_iops_sec>5</read_iops_sec>"), live: limits("<total_bytes_sec>9</total_bytes_sec>"))
                == ["blkdeviotune vda --read-iops-sec 5 --total-bytes-sec 0 --live"])
    }

    @Test func noSecretAndNoControlCharacterIsOffered() throws {
        let secret = "<devices><graphics type='vnc' passwd='one'/></devices>"
        #expect(try changes(git: secret, live: secret.replacing("one", with: "two")) == [])
        let cookie =
            "<disk type='network'><source protocol='http' name='x'><cookies><cookie name='c'>v</cookie></cookies></source>"
            + "<target dev='vdb' bus='virtio'/></disk>"
        #expect(try changes(git: "<devices>\(cookie)</devices>", live: "<devices/>") == [])
        let odd = "<disk><source file='/a\u{202E}'/><target dev='vdb' bus='virtio'/></disk>"
        #expect(try changes(git: "<devices/>", live: "<devices>\(odd)</devices>") == [])
        #expect(try changes(git: "<title>a&#10;b</title>", live: "<title>c</title>") == [])
    }
}
