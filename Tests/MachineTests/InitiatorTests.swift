import EndToEnd
import Testing

extension OnMachines {
    @Suite("the nodes are real initiators")
    struct InitiatorTests {
        private let iqn = Machines.iqn("disk1")
        private var device: String { Machines.device("disk1", lun: 1) }

        /// What a node's sysfs says of the LUN's device.
        private func sysfs(_ file: String, on node: String) async throws -> String {
            let ran = try await Machines.ssh(node, "cat /sys/block/$(basename $(readlink -f \(device)))/\(file)")
            return ran.lines.first ?? ""
        }

        @Test("a session, a device by its path, and the WWID that the store gave it")
        func session() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "disk1", "1:16", "2:8")
            try await Machines.login("disk1", luns: [1, 2], on: "n1")
            let sessions = try await Machines.ssh("n1", "iscsiadm -m session").lines
            #expect(sessions.count == 1 && sessions[0].hasSuffix(" \(Machines.portal),1 \(iqn) (non-flash)"))
            let wwid = try await Machines.wwid("disk1", lun: 1)
            #expect(wwid.count == 32 && wwid.hasPrefix("6"))
            #expect(try await sysfs("device/wwid", on: "n1") == "naa.\(wwid)")
            try await Machines.ssh("n1", "test \(device) -ef /dev/disk/by-id/wwn-0x\(wwid)")
            try await Machines.ssh("n1", "test \(device) -ef /dev/disk/by-id/scsi-3\(wwid)")
            #expect(try await Machines.wwid("disk1", lun: 2) != wwid)
            #expect(try await Machines.ssh("n2", "iscsiadm -m session", expect: nil).status == 21)
        }

        @Test("LUNs that grow, are exchanged and vanish are seen after a rescan, not before")
        func changes() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "disk1", "1:16")
            try await Machines.login("disk1", luns: [1], on: "n1")
            let rescan = "iscsiadm -m node -T \(iqn) -p \(Machines.portal) --rescan"
            try await Machines.lab("lun", "grow", "disk1", "1", "32")
            #expect(try await sysfs("size", on: "n1") == "\(16 << 11)")
            try await Machines.ssh("n1", rescan)
            #expect(try await sysfs("size", on: "n1") == "\(32 << 11)")
            let old = try await Machines.wwid("disk1", lun: 1)
            try await Machines.lab("lun", "swap", "disk1", "1")
            let new = try await Machines.wwid("disk1", lun: 1)
            #expect(new != old)
            #expect(try await sysfs("device/wwid", on: "n1") == "naa.\(old)")
            try await Machines.ssh("n1", rescan)
            #expect(try await sysfs("device/wwid", on: "n1") == "naa.\(new)")
            #expect(try await sysfs("size", on: "n1") == "\(32 << 11)")
            try await Machines.lab("lun", "remove", "disk1", "1")
            try await Machines.ssh("n1", rescan)
            #expect(try await sysfs("size", on: "n1") == "0")
        }
    }
}
