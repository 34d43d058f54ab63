import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("the scan script looks at iSCSI, in real shells")
struct ISCSIScriptTests {
    static let shells = ["dash", "bash"]
    private static let target = "iqn.2024-01.lab.store:vol1"

    private func scan(_ local: LocalNode) async throws -> Seen<ObservedISCSI>? {
        let scan = await VirshHypervisor(transport: local).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(60))
        guard case .answered(let node) = scan else { throw TestFileError(path: "\(scan)") }
        return node.iscsi
    }

    /// A node with one session and one disk, `loop7`, which has a device of its own below our folder.
    private func node(_ shell: String) throws -> LocalNode {
        let local = try LocalNode(shell: shell)
        let session = "/sys/class/iscsi_session/session3"
        for (path, text) in [
            ("\(session)/targetname", Self.target), ("\(session)/state", "LOGGED_IN"),
            ("\(session)/password", "hunter2-in-sysfs"),
            ("\(session)/device/target2:0:0/2:0:0:0/state", "running"),
            ("\(session)/device/target2:0:0/2:0:0:1/state", "running"),
            ("\(session)/device/target2:0:0/2:0:0:1/wwid", "naa.60014050000000000000000000000001"),
            ("\(session)/device/target2:0:0/2:0:0:1/block/loop7/size", "2048"),
            ("/sys/class/iscsi_connection/connection3:0/persistent_address", "10.0.0.1"),
            ("/sys/class/iscsi_connection/connection3:0/persistent_port", "3260"),
            ("/sys/class/iscsi_connection/connection3:0/state", "up"),
            ("/sys/block/loop7/dev", "7:77777"), ("/sys/block/loop7/loop7p1/dev", "259:77"),
            ("/sys/block/loop7/loop7p1/partition", "1"),
            ("/etc/iscsi/initiatorname.iscsi", "## ours\nInitiatorName=iqn.2024-01.lab:n1\nInitiatorName=second"),
            ("/proc/swaps", "Filename Type Size Used Priority"),
        ] { try local.place(path, text + "\n") }
        try iscsiadm(local, status: 0, "tcp: [3] 10.0.0.1:3260,1 \(Self.target) (non-flash)")
        return local
    }

    private func iscsiadm(_ local: LocalNode, status: Int, _ text: String) throws {
        let script =
            "#!/bin/sh\n[ \"$*\" = '-m session' ] || exit 7\n[ -z '\(text)' ] || echo '\(text)'\nexit \(status)\n"
        try writeFile("\(local.folder)/bin/iscsiadm", script.utf8, mode: 0o755)
    }

    @Test("a session, its disk, and records of both forms without their passwords", arguments: shells)
    func sees(shell: String) async throws {
        let local = try node(shell)
        func record(_ path: String, _ address: String, _ startup: String) throws {
            let keys = [
                "# BEGIN RECORD 2.1.8", "node.name = \(Self.target)", "node.tpgt = 1", "node.startup = \(startup)",
                "node.session.auth.password = hunter2", "node.session.auth.password_in = hunter3",
                "node.conn[0].address = \(address)", "node.conn[0].port = 3260", "# END RECORD",
                "node.session.auth.password = hunter4 node.name = x",
            ]
            try local.place("\(path)", keys.joined(separator: "\n") + "\n")
        }
        try record("/etc/iscsi/nodes/\(Self.target)/10.0.0.1,3260,1/default", "10.0.0.1", "manual")
        try record("/etc/iscsi/nodes/\(Self.target)/10.0.0.1,3260", "10.0.0.1", "manual")
        try record("/var/lib/iscsi/nodes/\(Self.target)/fd00::1,3260", "fd00::1", "automatic")
        let recorder = RecordedOutput(local)
        let answer = await VirshHypervisor(transport: recorder).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(60))
        guard case .answered(let node) = answer, case .known(let seen)? = node.iscsi else {
            Issue.record("\(answer)")
            return
        }
        let target = try #require(ISCSITargetName(Self.target))
        let portal = try #require(ISCSIPortal("10.0.0.1"))
        #expect(seen.initiator == "iqn.2024-01.lab:n1")
        #expect(
            seen.sessions == [
                ISCSISession(
                    number: 3, target: target, portal: portal, state: .loggedIn,
                    devices: [
                        ISCSIDevice(
                            name: "loop7", lun: 1, wwid: WWID("naa.60014050000000000000000000000001"), bytes: 1 << 20,
                            state: "running")
                    ])
            ])
        #expect(
            Set(seen.records) == [
                ISCSINodeRecord(target: target, portal: portal, startup: "manual"),
                ISCSINodeRecord(target: target, portal: try #require(ISCSIPortal("[fd00::1]")), startup: "automatic"),
            ])
        #expect(seen.records.count == 2)
        let output = String(decoding: await recorder.output, as: UTF8.self)
        #expect(output.contains("iscsi-records") && !output.contains("hunter"))
    }

    @Test("a node without iSCSI, with and without iscsiadm", arguments: shells)
    func nothing(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try iscsiadm(local, status: 21, "")
        try local.place("/etc/iscsi/initiatorname.iscsi", "GenerateName=yes\n")
        #expect(try await scan(local) == .known(ObservedISCSI(initiator: "")))
        // Where this machine has one, it is that which answers.
        try local.shell("rm bin/iscsiadm")
        if access("/usr/sbin/iscsiadm", F_OK) != 0 {
            #expect(try await scan(local) == .known(ObservedISCSI(initiator: nil)))
        }
    }

    @Test("iscsiadm that fails, hangs or contradicts is no proof", arguments: shells)
    func contradicted(shell: String) async throws {
        let local = try node(shell)
        for status in [1, 6, 18, 20, 21] {
            try iscsiadm(local, status: status, "")
            #expect(try await scan(local)?.value == nil)
        }
        try iscsiadm(local, status: 0, "tcp: [4] 10.0.0.1:3260,1 \(Self.target) (non-flash)")
        #expect(try await scan(local)?.value == nil)
    }

    @Test("who uses a disk: a process, swap, what stands on it or on its partition", arguments: shells)
    func users(shell: String) async throws {
        let local = try node(shell)
        for (path, text) in [
            ("/sys/block/loop7/holders/dm-3", ""), ("/sys/block/loop7/loop7p1/holders/md0", ""),
            ("/sys/block/loop9/loop/backing_file", "/dev/loop7p1 (deleted)\n"),
            ("/sys/block/loop8/loop/backing_file", "/srv/loop7\n"),
            ("/sys/fs/btrfs/0b7e/devices/loop7", ""),
            (
                "/proc/swaps",
                "Filename Type Size Used Priority\n/dev/loop7p1 partition 1 0 -2\n/dev/loop77 file 1 0 -3\n"
            ),
        ] { try local.place(path, text) }
        let found = try #require(try await scan(local)?.value?.sessions.first?.devices.first?.users)
        #expect(
            found == [
                DeviceUser(.holder, "dm-3"), DeviceUser(.holder, "md0"), DeviceUser(.loop, "loop9"),
                DeviceUser(.mount, "btrfs 0b7e"), DeviceUser(.swap, "/dev/loop7p1"),
            ])
    }

    @Test(
        "a process that has it open under another name", .enabled(if: geteuid() == 0, "mknod needs root"),
        arguments: shells)
    func processes(shell: String) async throws {
        let local = try node(shell)
        try local.shell(
            "mkdir -p dev && mknod dev/other b 7 5 && mknod dev/else b 7 6 && echo 7:5 >sys/block/loop7/dev && cp /bin/dash 'od d'"
        )
        let script =
            "exec 5<dev/other 6<dev/other 7<dev/else; echo >ready; until [ -e go ]; do sleep 0.02; done; rm ready"
        try local.place("/script", script)
        try local.shell("'./od d' ./script >/dev/null 2>&1 & echo $! >pid")
        defer { _ = try? local.shell("echo >go; while [ -e ready ]; do sleep 0.02; done") }
        try local.shell("until [ -e ready ]; do sleep 0.02; done")
        let pid = String(decoding: try readFile("\(local.folder)/pid"), as: UTF8.self).dropLast()
        let found = try #require(try await scan(local)?.value?.sessions.first?.devices.first?.users)
        #expect(found.contains(DeviceUser(.process, "od d", pid: Int64(pid))), "\(found)")
        #expect(found.filter { $0.pid == Int64(pid) }.count == 1)
    }

    /// A find that finds nothing, a stat that fails, mounts that cannot be read: none of them says that nobody is there.
    @Test("a tool that fails makes users unknown", arguments: ["find", "stat", "timeout", "grep"])
    func broken(tool: String) async throws {
        let local = try node("dash")
        let real = tool == "grep" ? "case $* in *mountinfo*) exit 1 ;; esac; exec /usr/bin/grep \"$@\"" : "exit 1"
        try writeFile("\(local.folder)/bin/\(tool)", "#!/bin/sh\n\(real)\n".utf8, mode: 0o755)
        let broken = tool == "timeout" ? "case $* in *iscsiadm* | *virsh*) shift 3; exec \"$@\" ;; esac; exit 124" : nil
        if let broken {
            try writeFile("\(local.folder)/bin/\(tool)", "#!/bin/sh\n\(broken)\n".utf8, mode: 0o755)
        }
        guard case .unknown(let why)? = try await scan(local) else {
            Issue.record("it is known")
            return
        }
        #expect(why.contains("could not be told"))
    }
}
