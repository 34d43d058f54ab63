import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("iSCSI as a scan tells it")
struct ISCSITextTests {
    private func parse(_ text: String) throws -> Seen<ObservedISCSI>? {
        ISCSIText.parse(try Frames(Array(text.utf8), token: try #require(Captures.token)))
    }

    private func capture(_ name: String) throws -> String {
        String(decoding: try Captures.bytes("scan/\(name).raw"), as: UTF8.self)
    }

    private func target(_ name: String) throws -> ISCSITargetName { try #require(ISCSITargetName(name)) }

    private func portal(_ text: String) throws -> ISCSIPortal { try #require(ISCSIPortal(text)) }

    @Test("sessions through an address and through a name, with their disks and who uses them")
    func sessions() throws {
        let seen = try #require(try parse(try capture("iscsi-sessions"))?.value)
        #expect(seen.initiator == "iqn.2024-01.lab:n1")
        let first = try target("iqn.2024-01.lab.store:vol1")
        let second = try target("iqn.2024-01.lab.store:vol2")
        func disk(_ name: String, _ wwid: String, _ users: DeviceUser...) -> ISCSIDevice {
            ISCSIDevice(name: name, lun: 1, wwid: WWID(wwid), bytes: 64 << 20, state: "running", users: users)
        }
        #expect(
            seen.sessions == [
                ISCSISession(
                    number: 4, target: first, portal: try portal("10.78.0.1"), state: .loggedIn,
                    devices: [
                        disk("sda", "naa.60000000000000000e00000000010001", DeviceUser(.process, "sleep", pid: 756))
                    ]),
                ISCSISession(
                    number: 5, target: second, portal: try portal("store:3260"), state: .loggedIn,
                    devices: [disk("sdb", "naa.60000000000000000e00000000020001", DeviceUser(.mount, "/srv/a b"))]),
            ])
        #expect(
            Set(seen.records) == [
                ISCSINodeRecord(target: first, portal: try portal("10.78.0.1"), startup: "manual"),
                ISCSINodeRecord(target: first, portal: try portal("[fd00:78::1]"), startup: "manual"),
                ISCSINodeRecord(target: second, portal: try portal("store"), startup: "automatic"),
            ])
    }

    @Test("a storage that is gone leaves failed sessions with blocked disks")
    func gone() throws {
        let seen = try #require(try parse(try capture("iscsi-store-gone"))?.value)
        #expect(seen.sessions.map(\.state) == [.failed, .failed])
        #expect(seen.sessions.flatMap(\.devices).map(\.state) == ["blocked", "blocked"])
    }

    @Test("no session, proven; no initiator; an older havirt's script")
    func none() throws {
        let whole = try capture("iscsi-none")
        #expect(try parse(whole) == .known(ObservedISCSI(initiator: "iqn.2024-01.lab:n1")))
        #expect(
            try parse(whole.replacing("iscsi-client/21\n", with: "iscsi-client/"))
                == .known(ObservedISCSI(initiator: nil)))
        #expect(
            try parse(whole.replacing("iscsi-initiator/iqn.2024-01.lab:n1\n", with: "iscsi-initiator/"))
                == .known(ObservedISCSI(initiator: "")))
        #expect(try parse(try capture("no-domain")) == nil)
    }

    @Test("IPv6 portals, whatever their spelling")
    func addresses() throws {
        let text = try capture("iscsi-sessions").replacing(
            "persistent_address\u{0}store", with: "persistent_address\u{0}FD00:0078::0:1")
        #expect(try parse(text)?.value?.sessions.last?.portal == portal("[fd00:78::1]:3260"))
    }

    @Test(
        "states, as far as the kernel tells them",
        arguments: [
            ("FREE", "up", ISCSISession.State.changing), ("LOGGED_IN", "down", .changing),
            ("LOGGED_IN", "failed", .failed),
            ("FAILED", "down", .failed), ("LOGGED_IN", "up", .loggedIn), ("odd", "odd", .changing),
        ])
    func states(session: String, connection: String, state: ISCSISession.State) throws {
        let text = try capture("iscsi-sessions").replacing(
            "session4/state\u{0}LOGGED_IN", with: "session4/state\u{0}\(session)"
        )
        .replacing("connection4:0/state\u{0}up", with: "connection4:0/state\u{0}\(connection)")
        #expect(try parse(text)?.value?.sessions.first?.state == state)
        // Kernels before 5.8 have no such file.
        let older = try capture("iscsi-sessions")
            .replacing("/sys/class/iscsi_connection/connection4:0/state\u{0}up\n", with: "")
        #expect(try parse(older)?.value?.sessions.first?.state == .loggedIn)
    }

    /// Each is no reason not to hear the node, and none to take a list for whole.
    static let doubts: [(old: String, new: String, why: String)] = [
        ("iscsi-client/0\n", "iscsi-client/18\n", "iscsid did not answer"),
        ("iscsi-client/0\n", "iscsi-client/124\n", "did not end in time"),
        ("iscsi-client/0\n", "iscsi-client/x\n", "the status of iscsiadm"),
        ("iscsi-client/0\n", "iscsi-client/-1\n", "the status of iscsiadm"),
        ("tcp: [4] ", "tcp: 4 ", "a line of 'iscsiadm -m session'"),
        ("tcp: [4] ", "tcp: [+4] ", "a line of 'iscsiadm -m session'"),
        ("tcp: [4] ", "tcp: [7] ", "lists other sessions"),
        (
            "session4/targetname\u{0}iqn.2024-01.lab.store:vol1", "session4/targetname\u{0}iqn.2024-01.lab:a/b\u{1B}",
            "'iqn.2024-01.lab:a/b\\u{1b}'"
        ),
        (
            "connection4:0/persistent_address\u{0}10.78.0.1", "connection4:0/persistent_address\u{0}(null)",
            "portal at '(null)'"
        ),
        ("connection4:0/persistent_port\u{0}3260", "connection4:0/persistent_port\u{0}+3260", "session 4 is not whole"),
        ("connection4:0/persistent_port\u{0}3260", "connection4:0/persistent_port\u{0}65536", "session 4 is not whole"),
        ("/sys/class/iscsi_session/session4/state\u{0}LOGGED_IN\n", "", "session 4 is not whole"),
        ("block/sda/size\u{0}131072", "block/sda/size\u{0}-1", "not whole in sysfs"),
        ("block/sda/size\u{0}131072", "block/sda/size\u{0}99999999999999999", "could not be told"),
        ("block/sda/size", "block/sdc/size", "a disk may have come just now"),
        ("2:0:0:1/state\u{0}running\n", "2:0:0:9/state\u{0}running\n", "not whole in sysfs"),
        ("\nall\n", "\n", "could not be told"),
        ("sda process 756", "sdq process 756", "not understood"),
        ("sda process 756", "sda daemon 756", "not understood"),
        ("iscsi-users/disks", "iscsi-users/disk", "not understood"),
        ("node.conn[0].address = store\n", "node.conn[0].address = a b\n", "portal at 'a b'"),
        ("node.conn[0].address = store\n", "node.conn[0].port = x\n", "vol2/store,3260' is not whole"),
        ("node.startup = automatic", "node.startup = \u{1B}[31m", "strange node.startup"),
        ("node.name = iqn.2024-01.lab.store:vol2", "node.name = ../../etc", "'../../etc'"),
        ("iscsi-initiator/iqn", "iscsi-initiator/\u{7}iqn", "/etc/iscsi/initiatorname.iscsi"),
    ]

    @Test(
        "what contradicts or is not understood makes iSCSI unknown, and says why",
        arguments: doubts)
    func doubt(_ row: (old: String, new: String, why: String)) throws {
        let whole = try capture("iscsi-sessions")
        #expect(whole.contains(row.old))
        guard case .unknown(let why) = try parse(whole.replacing(row.old, with: row.new)) else {
            Issue.record("it is known")
            return
        }
        #expect(why.contains(row.why), "\(why)")
        #expect(why.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }

    @Test("sessions without iscsiadm are not known, nor is an endless list")
    func odd() throws {
        let whole = try capture("iscsi-sessions")
        let start = try #require(whole.firstRange(of: "iscsi-client/"))
        let end = try #require(whole[start.upperBound...].firstRange(of: "0123456789abcdef0123456789abcdef:"))
        let without = whole[..<start.upperBound] + whole[end.lowerBound...]
        guard case .unknown(let why) = try parse(String(without)) else {
            Issue.record("it is known")
            return
        }
        #expect(why.contains("install open-iscsi"))
        let many = String(repeating: "sda mount /\n", count: ISCSIText.linesMax + 1)
        #expect(try parse(whole.replacing("sda process", with: "\(many)sda process"))?.value == nil)
        let users = (0..<200).map { "sda process \($0) x\n" }.joined()
        let told = try parse(whole.replacing("sda process", with: "\(users)sda process"))?.value
        #expect(told?.sessions.first?.devices.first?.users.count == ISCSIText.usersMax)
    }

    @Test("bytes that were damaged are known or unknown, and never end the program")
    func garbage() throws {
        let whole = try Captures.bytes("scan/iscsi-sessions.raw")
        let offset = try #require(ByteText.find(Array("iscsi-client/".utf8), in: whole[...]))
        let token = try #require(Captures.token)
        var unknown = 0
        for place in offset..<whole.count {
            for byte: UInt8 in [0, 0x0A, 0x20, 0x2F, 0x3A, 0x39, 0xFF] {
                var damaged = whole
                damaged[place] = byte
                guard let frames = try? Frames(damaged, token: token) else { continue }
                if case .unknown = ISCSIText.parse(frames) { unknown += 1 }
            }
        }
        #expect(unknown > 1_000)
    }
}
