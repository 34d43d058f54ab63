import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("storage as a scan sees it")
struct StorageTests {
    static let shells = ["dash", "bash"]
    static let naa = "naa.60014050000000000000000000000001"
    static let link = "/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2024-01.lab:a-lun-1"

    private func scan(_ local: LocalNode) async throws -> ObservedNode {
        let scan = await VirshHypervisor(transport: local).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(300))
        guard case .answered(let node) = scan else { throw TestFileError(path: "\(scan)") }
        return node
    }

    @Test("a node without block devices says nothing of storage", arguments: shells)
    func nothing(shell: String) async throws {
        let node = try await scan(LocalNode(shell: shell))
        // This machine may run QEMUs of its own, which are seen whatever the test's node has.
        #expect(node.storage?.devices.isEmpty ?? true)
        #expect(node.storage?.links.isEmpty ?? true)
        #expect(node.storageLock == ObservedStorageLock(.none, isAlive: false))
    }

    @Test(
        "devices, links, and a QEMU that libvirt does not know", .enabled(if: geteuid() == 0, "mknod needs root"),
        arguments: shells)
    func devices(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        // Every scan of this machine sees the process.
        let uuid = "5ca10000-0000-4000-8000-0000\(shell == "dash" ? 1 : 2)\(1_000_000 + Int(getpid()) % 1_000_000)"
        for (path, text) in [
            ("loop7/dev", "7:7"), ("loop7/device/wwid", Self.naa), ("loop7/loop7p1/dev", "259:3"),
            ("loop7/loop7p1/partition", "1"), ("dm-0/dev", "253:0"), ("dm-0/dm/uuid", "mpath-36001"),
            ("dm-0/slaves/loop7", ""), ("loop6/dev", "7:6"),
        ] { try local.place("/sys/block/\(path)", text.isEmpty ? "" : text + "\n") }
        try local.shell("mkdir -p dev/disk/by-path dev/mapper lun && mknod lun/a b 7 7 && mknod lun/p b 259 3")
        try local.shell("ln -s ../../../lun/a .\(Self.link) && ln -s ../../../lun/p .\(Self.link)-part1")
        try local.shell("ln -s ../../../lun/gone dev/disk/by-path/gone && mknod dev/mapper/control c 7 7")
        try local.shell("echo >image && echo >'a \"b\" é.img' && echo >reads && cp /bin/dash qemu-test")
        // Holds its disks open while the file `go` is not there.
        let script =
            "exec 5<>image 6<>lun/a 7<reads 8<>'a \"b\" é.img'; echo >ready; until [ -e go ]; do sleep 0.02; done; rm ready"
        try local.place("/script", script)
        try local.shell("./qemu-test -c '. ./script' x -uuid \(uuid) >/dev/null 2>&1 & ")
        defer { _ = try? local.shell("echo >go; while [ -e ready ]; do sleep 0.02; done") }
        try local.shell("until [ -e ready ]; do sleep 0.02; done")
        let storage = try #require(try await scan(local).storage)
        #expect(storage.links == [Self.link: "loop7", Self.link + "-part1": "loop7p1"])
        #expect(
            storage.devices == [
                ObservedDevice(name: "dm-0", number: "253:0", map: "mpath-36001", parents: ["loop7"]),
                ObservedDevice(name: "loop7", number: "7:7", wwid: Self.naa),
                ObservedDevice(name: "loop7p1", number: "259:3", partition: 1, parents: ["loop7"]),
            ])
        let writer = try #require(storage.writers.first { $0.uuid?.description == uuid })
        #expect(writer.devices == ["loop7"])
        // What it has inherited from the process that runs the tests is open, too.
        let own = writer.files.filter { $0.hasPrefix(local.folder + "/") }.map { $0.dropFirst(local.folder.count) }
        #expect(own == ["/a \"b\" é.img", "/image"])
    }

    @Test("the lock manager's configuration", arguments: shells)
    func lock(shell: String) async throws {
        let local = try LocalNode(shell: shell)
        try local.place(
            "/etc/libvirt/qemu.conf", "# lock_manager = \"x\"\n\nuser = \"root\"\n  lock_manager = \"lockd\"\n")
        try local.place("/etc/libvirt/qemu-lockd.conf", "#auto_disk_leases = 0\nfile_lockspace_dir = \"/srv/locks/\"\n")
        try local.place("/proc/net/unix", "0: 2 0 10000 1 1 1 @/x\n")
        try local.shell("touch -d '1 hour' run/libvirtd.pid")
        var settings = LockdSettings()
        settings.fileLockspace = "/srv/locks"
        let dead = try await scan(local).storageLock
        #expect(dead?.manager == .lockd(settings) && dead?.isAlive == false && dead?.isStale == false)
        try local.place("/proc/net/unix", "0: 2 0 10000 1 1 1 /run/libvirt/virtlockd-sock\n")
        #expect(try await scan(local).storageLock?.isAlive == true)
        try local.shell("touch -d '1 hour ago' run/libvirtd.pid")
        #expect(try await scan(local).storageLock?.isStale == true)
        try local.place("/etc/libvirt/qemu.conf", "lock_manager = 'sanlock'\n")
        try local.place("/etc/libvirt/qemu-sanlock.conf", "auto_disk_leases = 1\nhost_id = 7\n")
        var sanlock = SanlockSettings()
        sanlock.autoDiskLeases = true
        sanlock.hostID = 7
        #expect(try await scan(local).storageLock?.manager == .sanlock(sanlock))
        try local.place("/etc/libvirt/qemu.conf", "lock_manager = lockd\n")
        #expect(try await scan(local).storageLock?.manager == .unknown("no value in line 1"))
        try local.place("/etc/libvirt/qemu.conf", "user = \"root\"\n")
        #expect(try await scan(local).storageLock?.manager == ObservedStorageLock.Manager.none)
    }
}

@Suite("libvirt's configuration files")
struct LibvirtConfTests {
    @Test func isReadAsLibvirtDoes() throws {
        let text = """
            # a comment
            user = "root"   # another
            names = [ "a", 'b',
              3, ] # in two lines
            many = \"""one
            lock_manager = "no"
            \"""
            cgroups = []
            count=-12
            user = "other"
            path = '/a b'
            """
        let conf = try LibvirtConf(Array(text.utf8)[...])
        #expect(conf.values["user"] == .text("root"))
        #expect(conf.values["names"] == .list && conf.values["cgroups"] == .list)
        #expect(conf.values["many"] == .text("one\nlock_manager = \"no\"\n"))
        #expect(try conf.number("count") == -12)
        #expect(try conf.text("path") == "/a b")
        #expect(try conf.text("absent") == nil && conf.number("absent") == nil)
        #expect(throws: Unreadable.self) { try conf.text("count") }
        #expect(throws: Unreadable.self) { try conf.number("user") }
    }

    @Test(
        arguments: [
            "a", "a =", "= 1", "a = b", "a = 1 2", "a = \"x", "a = \"x\ny\"", "a = [1", "a = [[1]]", "a = [1 2]",
            "1 = 1",
            "a = 1x", "a = 99999999999999999999", "a = \"\"\"x", "unreadable", "a = \"x\" \"y\"", "a\u{0} = 1",
        ])
    func whatLibvirtWouldNotTakeIsRefused(text: String) {
        #expect(throws: Unreadable.self) { try LibvirtConf(Array(text.utf8)[...]) }
    }

    @Test func sizeIsBounded() {
        let lines = Array(String(repeating: "a = 1\n", count: LibvirtConf.bytesMax / 6 + 1).utf8)
        #expect(throws: Unreadable.self) { try LibvirtConf(lines[...]) }
        let nested = Array(("a = " + String(repeating: "[", count: 60_000)).utf8)
        #expect(throws: Unreadable.self) { try LibvirtConf(nested[...]) }
    }
}

@Suite("what the scan says of storage, damaged")
struct StorageTextTests {
    private func parse(_ changes: [String: String]) throws -> ObservedStorage? {
        var frames = [
            "devices": "", "links": "", "opens": "", "numbers": "", "processes": "",
        ].merging(changes) { $1 }
        frames["begin"] = ""
        let body = frames.filter { $0.key != "begin" }.sorted { $0.key < $1.key }
        let token = try #require(Captures.token)
        let text =
            "\(token.text):begin/" + body.map { "\(token.text):\($0.key)/\($0.value)" }.joined() + "\(token.text):end/"
        return try StorageText.parse(try Frames(Array(text.utf8), token: token))
    }

    private func stat(_ pid: Int, _ start: Int) -> String {
        "stat \(pid) (a) b) S 1" + String(repeating: " 0", count: 17) + " \(start) 0 0\n"
    }

    private let sda = "/sys/block/sda/dev:8:0\n/sys/block/sda/device/wwid:naa.6001\n"

    @Test func whatIsNotUnderstoodIsPassedOver() throws {
        let odd = [
            "/sys/block/sda\n", "/sys\n", ":\n", "/sys/block/sda/dev\n", "/sys/block/*/slaves/*\n",
            "/sys/block//dev:1:1\n",
        ].joined()
        let links = "6000 8:0\n61b0 8:0 /dev/disk/by-id/a\nx y z\n81b0 8:0 /dev/disk/by-id/file\n61b0 9:9 /dev/disk/b\n"
        let opens = [
            "lrwx------ \"/proc/7/fd/3\" -> \"/srv/a\\303\\251\\\"\\n\"\n",
            "lr-x------ \"/proc/7/fd/4\" -> \"/srv/b\"\n",
            "lrwx------ \"/proc/7/fd/5\" -> \"/srv/c\n", "lrwx\n", "lrwx------ \"/proc/x/fd/5\" -> \"/srv/d\"\n",
            "lrwx------ \"/proc/7/fd/6\" -> \"/srv/e (deleted)\"\n", "lrwx------ \"/proc/7/fd/8\" -> \"/srv/\\q\"\n",
        ].joined()
        let storage = try #require(try parse(["devices": sda + odd, "links": links, "opens": opens]))
        #expect(storage.devices.map(\.name) == ["sda"])
        #expect(storage.links == ["/dev/disk/by-id/a": "sda"])
        #expect(storage.writers == [StorageWriter(pid: 7, uuid: nil, files: ["/srv/aé\"\n"])])
    }

    @Test func aProcessWithTwoUUIDsIsNobodys() throws {
        let (one, two) = ("5ca10000-0000-4000-8000-000000000001", "5ca10000-0000-4000-8000-000000000002")
        let open = "lrwx------ \"/proc/7/fd/3\" -> \"/srv/a\"\n"
        let clear = try #require(
            try parse(["opens": open, "processes": "\(stat(6, 10))\(two)\n\(stat(7, 20))\(one)\n"]))
        #expect(clear.writers.map(\.uuid) == [DomainUUID(one)])
        let both = try #require(
            try parse(["opens": open, "processes": "\(stat(7, 10))\(one)\n\(stat(7, 20))\(two)\n"]))
        #expect(both.writers.map(\.uuid) == [nil])
    }

    @Test func whatIsOlderThanVirtlockdIsNotLocked() throws {
        let (one, two) = ("5ca10000-0000-4000-8000-000000000001", "5ca10000-0000-4000-8000-000000000002")
        func unlocked(_ state: String) throws -> [String]? {
            let token = try #require(Captures.token)
            let parts = [
                ("processes", stat(6, 10) + one + "\n" + stat(7, 30) + two + "\n"),
                ("lock", "lock_manager = 'lockd'\n"),
                ("lock-lockd", ""), ("lock-sanlock", ""), ("lock-state", state),
            ]
            let text =
                "\(token.text):begin/" + parts.map { "\(token.text):\($0)/\($1)" }.joined() + "\(token.text):end/"
            let lock = try LockText.parse(try Frames(Array(text.utf8), token: token))
            return lock?.unlocked.map(\.description)
        }
        #expect(try unlocked("virtlockd-sock\n" + stat(5, 5)) == [])
        #expect(try unlocked("virtlockd-sock\n" + stat(9, 20)) == [one])
        #expect(try unlocked("virtlockd-sock\n") == [one, two])
    }

    @Test func garbageIsNoCrash() throws {
        let pieces = [
            "/sys/block/", "sda", "/dev", ":", "8:0", "\n", "/slaves/", "partition", "lrwx------ ", "\"/proc/7/fd/3\"",
            " -> ",
            "\"/srv/a", "\\", "\"", "61b0 ", "/dev/disk/x", "stat 7 (", ") S", " 1", "pid", "é", "\u{0}", "[", "=", "#",
        ]
        var state: UInt64 = 11
        func text() -> String {
            var text = ""
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            return text + "\n"
        }
        for _ in 0..<2_000 {
            let storage = try parse([
                "devices": text(), "links": text(), "opens": text(), "numbers": text(), "processes": text(),
            ])
            #expect(storage != nil)
            _ = try? LibvirtConf(Array(text().utf8)[...])
        }
    }

    @Test func aMapOnItselfEnds() throws {
        let loop = "/sys/block/dm-0/dev:253:0\n/sys/block/dm-0/dm/uuid:LVM-a\n/sys/block/dm-0/slaves/dm-0\n"
        #expect(try parse(["devices": loop])?.devices.map(\.parents) == [["dm-0"]])
    }
}
