import EndToEnd
import Testing

/// The machine lab: two nodes with kernels of their own, hence real iSCSI initiators, and a store; one lab for all tests.
enum Machines {
    static let nodes = ["n1", "n2"]
    /// Where the store listens.
    static let portal = "10.78.0.1:3260"

    static let program = LabProgram(
        "machines", variable: "HAVIRT_MACHINES", prefix: "/tmp/havirt-machinetests-",
        // Where images are kept, and whether processors are emulated.
        environment: ["HAVIRT_MACHINES_CACHE", "HAVIRT_MACHINES_ACCEL"].reduce(into: [:]) {
            $0[$1] = Program.inherited($1)
        })

    /// Runs the lab's own command.
    @discardableResult
    static func lab(_ arguments: String..., expect status: Int32? = 0) async throws -> Ran {
        try await program.run(arguments, expect: status)
    }

    /// Runs a line of shell on a node.
    @discardableResult
    static func ssh(_ node: String, _ script: String, expect status: Int32? = 0) async throws -> Ran {
        try await program.run(["ssh", node, script], expect: status)
    }

    /// The name by which nodes know a target of the store.
    static func iqn(_ target: String) -> String { "iqn.2026-01.lab.havirt:\(target)" }

    /// The device that a LUN is on every node that is logged in.
    static func device(_ target: String, lun: Int, portal: String = portal) -> String {
        "/dev/disk/by-path/ip-\(portal)-iscsi-\(iqn(target))-lun-\(lun)"
    }

    /// The WWID that the store gives a LUN, 32 hexadecimal digits.
    static func wwid(_ target: String, lun: Int) async throws -> String {
        let rows = try await lab("target", "list").lines.map { $0.split(separator: "\t").map(String.init) }
        guard let row = rows.first(where: { $0[0] == iqn(target) && $0[1] == "\(lun)" }) else {
            throw TestFailure("the store has no LUN \(lun) of \(target)")
        }
        return row[3]
    }

    /// Discovers and logs in by hand, and waits for the devices.
    static func login(_ target: String, luns: [Int], on node: String) async throws {
        try await ssh(
            node,
            "iscsiadm -m discovery -t st -p \(portal) && iscsiadm -m node -T \(iqn(target)) -p \(portal) --login")
        for lun in luns {
            try await wait("LUN \(lun) of \(target) on \(node)") {
                try await ssh(node, "test -b \(device(target, lun: lun))", expect: nil).status == 0
            }
        }
        try await ssh(node, "udevadm settle")
    }

    /// How often the guest on a LUN has written its number there.
    static func count(_ target: String, lun: Int = 1) async throws -> Int {
        Int(try await lab("count", target, "\(lun)").lines.first ?? "") ?? -1
    }

    /// Waits until the guest on a LUN writes.
    static func waitForBeat(_ target: String, lun: Int = 1) async throws {
        let before = try await count(target, lun: lun)
        try await wait("the guest on LUN \(lun) of \(target) writes", seconds: 60) {
            try await count(target, lun: lun) > before
        }
    }

    /// On which nodes a QEMU runs with this domain's uuid, as the nodes' own process tables say.
    static func homes(of domain: TestDomain) async throws -> [String] {
        try await lab("qemus").lines.map { $0.split(separator: " ") }.filter { $0.last == domain.uuid[...] }.map {
            String($0[0])
        }.sorted()
    }

    /// Waits until something is so; fails after `seconds`.
    static func wait(
        _ what: String, seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: () async throws -> Bool
    ) async throws {
        guard try await !becomes(within: seconds, isSo) else { return }
        Issue.record("not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
    }

    /// Removes every domain, session and record of every node, what clusters are remembered by, and every target.
    static func sweep() async throws {
        // Tests end iscsid at will; a logout right after a store's return finds the session not yet connected.
        let script = """
            for uuid in $(virsh -q -c qemu:///system list --all --uuid); do
                virsh -q -c qemu:///system destroy $uuid
                virsh -q -c qemu:///system undefine --managed-save $uuid
            done >/dev/null 2>&1
            systemctl -q unmask iscsid.socket iscsid.service
            systemctl start iscsid.socket
            iscsiadm -m node --logoutall=all >/dev/null 2>&1
            iscsiadm -m session -u >/dev/null 2>&1
            rm -rf /etc/iscsi/nodes /etc/iscsi/send_targets /etc/iscsi/static /var/lib/havirt
            ! ls -d /sys/class/iscsi_session/session* 2>/dev/null
            """
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await ssh(node, script) } }
            try await group.waitForAll()
        }
        try await lab("store", "empty")
    }
}
