import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("virsh's texts")
struct ParserTests {
    private func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test(
        "states",
        arguments: [
            ("running (booted)\n", "running (booted)", Activity.active),
            ("paused (starting up)\n", "paused (starting up)", .transition),
            ("shut off (saved)\n\n", "shut off (saved)", .saved),
            ("paused (I/O error)\n", "paused (I/O error)", .alarm),
            ("hibernating (deeply)\n", "hibernating (deeply)", .transition),
        ])
    func states(text: String, shown: String, activity: Activity) throws {
        let state = try DomainState.parse(slice(text))
        #expect(state.description == shown)
        #expect(state.activity == activity)
    }

    @Test(
        "what is no state",
        arguments: [
            "", "\n", "running\n", "running (booted)", "(booted)\n", " (booted)\n", "running ()\n",
            "running (booted)\nshut off (crashed)\n", "running (boo\u{1B}ted)\n", "running(booted)\n",
            "error: failed to get domain 'vm1'\n",
        ])
    func noState(text: String) { #expect(throws: Unreadable.self) { try DomainState.parse(slice(text)) } }

    @Test("uuid lists: a line that is none, a cut line, one twice")
    func uuids() throws {
        let uuid = "c0ffee00-0000-4000-8000-000000000001"
        #expect(try UUIDList.parse(slice("\(uuid)\n\n")).map(\.description) == [uuid])
        #expect(try UUIDList.parse(slice("")).isEmpty)
        for text in [
            "\(uuid)", "\(uuid)\r\n", "vm1\n", "\(uuid)\n\(uuid)\n", "\(uuid) \n", "\(uuid)\n\(uuid.uppercased())\n",
        ] {
            #expect(throws: Unreadable.self, "\(text.debugDescription)") { try UUIDList.parse(slice(text)) }
        }
    }

    @Test("jobs")
    func jobs() throws {
        #expect(try JobInfo.parse(slice("Job type:         None        \n\n")) == nil)
        let migration = "Job type:         Unbounded   \nOperation:        Outgoing migration\nTime elapsed:  9 ms\n"
        #expect(try JobInfo.parse(slice(migration)) == "Outgoing migration")
        #expect(try JobInfo.parse(slice("Job type:         Bounded\n")) == "Bounded")
        #expect(throws: Unreadable.self) { try JobInfo.parse(slice("")) }
    }

    @Test(
        "node info",
        arguments: ["", "CPU(s): 0\nMemory size: 1 KiB\n", "CPU(s): 2\nMemory size: 1 GiB\n", "CPU(s): +2\n"])
    func nodeInfo(text: String) { #expect(throws: Unreadable.self) { try NodeInfo(slice(text)) } }

    @Test("versions")
    func versions() throws {
        let text = "Compiled against library: libvirt 9.0.0\nUsing library: libvirt 9.0.0\n"
        #expect(
            try VersionInfo.parse(slice("\(text)Running hypervisor: QEMU 7.2.22\n"))
                == HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"))
        #expect(
            try VersionInfo.parse(slice("\(text)Cannot extract running QEMU hypervisor version\n")).hypervisor
                == "unknown")
        #expect(throws: Unreadable.self) { try VersionInfo.parse(slice("\n")) }
    }

    @Test("capabilities")
    func capabilities() throws {
        let uuid = "00000000-0000-4000-8000-000000000001"
        let host = "<capabilities>\n <host>\n  <uuid>\(uuid)</uuid>\n  <cpu>\n <model>EPYC</model>\n </cpu>\n </host>\n"
        let model = try HostCapabilities(slice(host))
        #expect(model.hostUUID.description == uuid)
        #expect(model.cpuModel == "EPYC")
        for text in ["", "<host>", "<host></host>", "<host><uuid>x</uuid></host>", "<uuid>\(uuid)</uuid>"] {
            #expect(throws: Unreadable.self) { try HostCapabilities(slice(text)) }
        }
    }

    @Test("the host CPU: vendor and features; what is cut is an error, what is odd is not known")
    func hostCPU() throws {
        let uuid = "00000000-0000-4000-8000-000000000001"
        func read(_ cpu: String) throws -> HostCapabilities {
            try HostCapabilities(slice("<host><uuid>\(uuid)</uuid><cpu><model>EPYC</model>\(cpu)</cpu></host>"))
        }
        let features = "<feature name='x2apic'/>\n<feature name='avx512f'/>\n<feature name='x2apic'/>"
        #expect(
            try read("<vendor>AMD</vendor><microcode version='1'/>\(features)").cpu
                == ObservedCPU(vendor: "AMD", features: ["avx512f", "x2apic"]))
        #expect(try read(features).cpu == ObservedCPU(vendor: nil, features: ["avx512f", "x2apic"]))
        #expect(try read("").cpu == nil)
        #expect(try HostCapabilities(slice("<host><uuid>\(uuid)</uuid></host>")).cpu == nil)
        for odd in [
            "<feature name='a b'/>", "<feature name=''/>", "<feature name='\u{1B}'/>", "<feature name='a",
            "<feature name='\(String(repeating: "a", count: 65))'/>", "<vendor>A D</vendor>", "<vendor></vendor>",
            String(repeating: "<feature name='a'/>", count: 2_001),
        ] {
            #expect(try read(odd).cpu == nil, "\(odd.prefix(40))")
            #expect(try read(odd).cpuModel == "EPYC")
        }
        #expect(throws: Unreadable.self) { try read("<vendor>AMD") }
    }

    @Test("networks: names that differ only to bytes, names that end in CR")
    func networks() throws {
        let networks = try NetworkNames.parse(
            all: slice("a\r\nb\nu\u{308}\n\u{FC}\n"), active: slice("b\n\u{FC}\n"), autostarted: slice(""))
        #expect(networks.count == 4)
        #expect(networks.map(\.isActive) == [false, true, false, true])
        #expect(throws: Unreadable.self) {
            try NetworkNames.parse(all: slice("a\n"), active: slice("b\n"), autostarted: slice(""))
        }
    }

    @Test(
        "host facts",
        arguments: ["", "0\n", "0\nx\n1.0\n1\nn\n", "0\n326af224-77ee-4e9d-a103-9e5f184d8a0a\n-1.0\n1\nn\n"])
    func facts(text: String) { #expect(throws: Unreadable.self) { try HostFacts(slice(text)) } }

    @Test("bytes that are no UTF-8 stay apart and printable")
    func text() {
        #expect(ByteText.string([0x76, 0xFF, 0x6D]) == "v\\xffm")
        #expect(ByteText.excerpt([0x1B, 0x5B, 0x0A, 0x0A, 0x62]) == "\\u{1b}[; b")
        #expect(ByteText.number(slice("+1")) == nil)
        #expect(ByteText.number(slice("1\r")) == nil)
        #expect(ByteText.number(slice("9999999999999999999")) == nil)
    }

    @Test("memory of members and commit, back and forth")
    func memo() throws {
        let uuid = try #require(DomainUUID("c0ffee00-0000-4000-8000-000000000001"))
        let members = try ["b", "a"].map {
            Member(
                name: try NodeName($0), ssh: "root@[fd00::1]:22", hostUUID: uuid, bootID: uuid,
                lastAnswer: Timestamp(secondsSinceEpoch: 1_800_000_000), isRetired: $0 == "a",
                heardAt: $0 == "a" ? Timestamp(secondsSinceEpoch: 1_800_000_099) : nil)
        }
        let applied = AppliedCommit(
            commit: try #require(ObjectID(String(repeating: "a", count: 40))),
            at: Timestamp(secondsSinceEpoch: 1_800_000_000))
        let targets = try ["iqn.2024-01.lab:a", "iqn.2024-01.lab:b"].map { try #require(ISCSITargetName($0)) }
        let text = (
            applied: MemoText.text(applied)[...], members: MemoText.text(members)[...],
            targets: MemoText.text(targets)[...]
        )
        let memo = try MemoText.parse(applied: text.applied, members: text.members, targets: text.targets)
        #expect(memo == NodeMemo(applied: applied, members: members.reversed(), targets: targets))
        for count in 1..<text.members.count {
            #expect(throws: Unreadable.self) {
                try MemoText.parse(applied: [], members: text.members.prefix(count), targets: [])
            }
        }
        for count in 1..<text.applied.count {
            #expect(throws: Unreadable.self) {
                try MemoText.parse(applied: text.applied.prefix(count), members: [], targets: [])
            }
        }
        for count in 1..<text.targets.count {
            #expect(throws: Unreadable.self) {
                try MemoText.parse(applied: [], members: [], targets: text.targets.prefix(count))
            }
        }
        for line in ["target", "target a/b", "target iqn.2024-01.lab:a b", "member iqn.2024-01.lab:a"] {
            #expect(throws: Unreadable.self) {
                try MemoText.parse(applied: [], members: [], targets: Array("\(line)\nend 1\n".utf8)[...])
            }
        }
    }
}
