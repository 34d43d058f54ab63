import ChildProcess
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("commands, rendered")
struct RenderTests {
    let uuid = "c0ffee00-0000-4000-8000-000000000001"

    private func destination(_ text: String) throws -> SSHDestination { try #require(SSHDestination.parse(text)) }

    @Test("the lines to paste")
    func pasteable() throws {
        let id = try #require(DomainUUID(uuid))
        let alpha = try destination("alpha")
        #expect(
            RenderedCommand(.shutdown(id)).pasteable(on: alpha) == "ssh alpha virsh -c qemu:///system shutdown \(uuid)")
        #expect(
            RenderedCommand(.destroy(id)).pasteable(on: try destination("root@10.0.0.1:2222"))
                == "ssh -p 2222 -l root 10.0.0.1 virsh -c qemu:///system destroy \(uuid)")
        #expect(
            RenderedCommand(.create(id, xml: [1])).pasteable(on: alpha, domain: try DomainName("web1"))
                == "havirt domain xml web1 --rendered | "
                + "ssh alpha virsh -c qemu:///system create --validate /dev/stdin")
        var beta = NodeSpec(name: try NodeName("beta"))
        let move = NodeCommand.migrate(id, to: beta, isPersistent: true, timeout: Seconds(600))
        #expect(
            RenderedCommand(move).pasteable(on: alpha)
                == "ssh alpha virsh -c qemu:///system migrate --live --p2p --abort-on-error --persistent "
                + "--undefinesource \(uuid) qemu+ssh://beta/system")
        beta.migrationHost = "fd00::2"
        let bracketed = NodeCommand.migrate(id, to: beta, isPersistent: false, timeout: Seconds(600))
        #expect(
            RenderedCommand(bracketed).pasteable(on: alpha)
                == "ssh alpha 'virsh -c qemu:///system migrate --live --p2p --abort-on-error "
                + "\(uuid) '\\''qemu+ssh://[fd00::2]/system'\\'''")
    }

    @Test("commands about iSCSI to paste")
    func iscsi() throws {
        let alpha = try destination("alpha")
        let target = try #require(ISCSITargetName("iqn.2024-01.lab:a"))
        let portal = try #require(ISCSIPortal("10.0.0.1"))
        let other = try #require(ISCSIPortal("[fd00::1]"))
        func line(_ command: ISCSICommand) -> String { RenderedCommand(.iscsi(command)).pasteable(on: alpha) }
        let record = "iscsiadm -m node -T iqn.2024-01.lab:a -p 10.0.0.1:3260"
        #expect(line(.addRecord(target, portal)) == "ssh alpha \(record) -o new")
        #expect(
            line(.update(target, portal, [ISCSICommand.Setting("node.startup", "manual")]))
                == "ssh alpha \(record) -o update -n node.startup -v manual")
        #expect(
            line(.update(target, portal, [ISCSICommand.Setting("node.session.auth.username", "a b")]))
                == "ssh alpha '\(record) -o update -n node.session.auth.username -v '\\''a b'\\'''")
        #expect(line(.login(target, portal)) == "ssh alpha \(record) --login")
        #expect(line(.rescan(target, portal)) == "ssh alpha \(record) --rescan")
        #expect(line(.logout(target, portal)) == "ssh alpha \(record) --logout")
        #expect(line(.deleteRecord(target, portal)) == "ssh alpha \(record) -o delete")
        #expect(
            line(.login(target, other))
                == "ssh alpha 'iscsiadm -m node -T iqn.2024-01.lab:a -p '\\''[fd00::1]:3260'\\'' --login'")
        #expect(
            line(.removeDevice(target, other, lun: 1, name: "sda"))
                == "ssh alpha 'd=$(readlink -e /dev/disk/by-path/ip-fd00::1:3260-iscsi-iqn.2024-01.lab:a-lun-1) && "
                + "blockdev --flushbufs \"$d\" && echo 1 >\"/sys/block/${d##*/}/device/delete\"'")
        #expect(line(.removeDevice(target, portal, lun: 0x4101, name: "sda")).contains("-lun-0x4101000000000000)"))
        let file = "iqn.2024-01.lab:a/10.0.0.1,3260"
        let loop =
            " && for f in \(file) \(file),*/*; do [ ! -f \"$f\" ] || "
            + "printf \"node.session.auth.password = %s\\n\" \"$p\" >>\"$f\"; done'"
        #expect(
            line(.setPassword(target, portal, .file("/etc/havirt/chap")))
                == "ssh alpha 'cd /etc/iscsi/nodes || cd /var/lib/iscsi/nodes; p=$(cat /etc/havirt/chap)" + loop)
        #expect(
            line(.setPassword(target, portal, .credential("chap")))
                == "ssh alpha 'cd /etc/iscsi/nodes || cd /var/lib/iscsi/nodes; p=$(cat /etc/credstore/chap 2>/dev/null || "
                + "systemd-creds decrypt --name=chap /etc/credstore.encrypted/chap -)" + loop)
    }

    @Test("the line that writes a password does so, whatever the path is", arguments: ["/secret", "/a b'$(id);\"x"])
    func pastedPassword(path: String) throws {
        let local = try LocalNode()
        let target = try #require(ISCSITargetName("iqn.2024-01.lab:a"))
        let portal = try #require(ISCSIPortal("[fd00::1]"))
        for place in ["fd00::1,3260", "fd00::1,3261", "fd00::1,3260,1/default"] {
            try local.place("/etc/iscsi/nodes/\(target)/\(place)", "node.name = \(target)\n")
        }
        try writeFile("\(local.folder)\(path)", "hunter2 $x\n".utf8)
        let command = RenderedCommand(.iscsi(.setPassword(target, portal, .file("\(local.folder)\(path)"))))
        let line = command.pasteable(on: try destination("alpha"))
            .replacing("/etc/iscsi", with: "\(local.folder)/etc/iscsi")
        // ssh hands its words to the login shell as one.
        try writeFile("\(local.folder)/bin/ssh", "#!/bin/sh\nshift\nexec sh -c \"$*\"\n".utf8, mode: 0o755)
        try writeFile("\(local.folder)/line", line.utf8)
        try local.shell("PATH=$PWD/bin:$PATH sh ./line")
        for (place, isOurs) in [("fd00::1,3260", true), ("fd00::1,3261", false), ("fd00::1,3260,1/default", true)] {
            let text = try readFile("\(local.folder)/etc/iscsi/nodes/\(target)/\(place)")
            let added = isOurs ? "node.session.auth.password = hunter2 $x\n" : ""
            #expect(String(decoding: text, as: UTF8.self) == "node.name = \(target)\n\(added)")
        }
    }

    @Test("remedies to paste")
    func remedies() throws {
        let alpha = try NodeName("alpha")
        let beta = try NodeName("beta")
        func line(_ remedy: Remedy) throws -> String {
            let destinations = [alpha: try destination("alpha"), beta: try destination("root@10.0.0.2:2222")]
            return try remedy.pasteable { try #require(destinations[$0]) }
        }
        #expect(try line(Remedy(on: alpha, .run(["virsh", "net-start", "lan"]))) == "ssh alpha virsh net-start lan")
        #expect(
            try line(Remedy(on: beta, .run(["mv", "a", "a b"])))
                == "ssh -p 2222 -l root 10.0.0.2 'mv a '\\''a b'\\'''")
        #expect(
            try line(Remedy(on: alpha, .append(to: "/f"), input: .lines(["k 1", "k 2"])))
                == "printf '\\n%s\\n' 'k 1' 'k 2' | ssh alpha 'cat >>/f'")
        #expect(
            try line(Remedy(on: alpha, .replace("/f"), input: .output(of: beta, ["cat", "/f"])))
                == "ssh -p 2222 -l root 10.0.0.2 cat /f | ssh alpha 'cat >/f.new && [ -s /f.new ] && mv /f.new /f'")
        let filtered = Remedy.Input.output(of: beta, ["y"], through: ["sed", "/a/d; /b/d"])
        #expect(
            try line(Remedy(on: alpha, .run(["x"]), input: filtered))
                == "ssh -p 2222 -l root 10.0.0.2 y | sed '/a/d; /b/d' | ssh alpha x")
    }

    @Test("words survive two shells", arguments: HostileText.all)
    func quoting(text: String) async throws {
        // A NUL cannot be in an argument at all.
        guard !text.utf8.contains(0) else { return }
        let inner = ShellQuote.line(["printf", "%s", text])
        let result = try await runChild(
            ChildRequest(executable: "/bin/sh", arguments: ["-c", "sh -c \(ShellQuote.word(inner))"]))
        #expect(result.output == Array(text.utf8))
    }
}

/// Strings that have broken shells, parsers and terminals before.
enum HostileText {
    static let all: [String] = [
        "", " ", "  lead", "trail  ", "a b", "a\tb", "a\nb", "a\r\nb", "hide\r", "-dash", "--all", "-oProxyCommand=id",
        "--", ".hidden", "..", "../x", "a/b", "/etc/passwd", "$(touch x)", "`id`", "${IFS}", "$HOME", "$$", "$'a'",
        "a;b", "a&b", "a|b", "a&&b", "a||b", "a>b", "a<b", "<<EOF", "a>>b", "(a)", "{a,b}", "[a-z]", "*", "?", "~",
        "~root", "!!", "!x", "#c", "a#b", "%s%n", "%", "a\\b", "\\", "\\n", "'", "''", "a'b", "\"", "a\"b", "'\"'\"'",
        "'; rm -rf /; '", "$(printf '\\n')", "=", "a=b", "a,b", "a:b", "@", "^", "x   running", "x   shut off",
        "error: failed to get domain", "virsh # list", "begin", "end", "1", "01", "+1", "0x1",
        "c0ffee00-0000-4000-8000-0000000000aa", "\u{1B}[31mred", "\u{7F}del", "\u{202E}evil", "zero\u{200B}width",
        "ünï", "u\u{308}", "日本", "😀", "\u{FEFF}bom", "\u{2028}", "a\u{0}b",
        "0123456789abcdef0123456789abcdef:end/", String(repeating: "n", count: 5_000),
    ]
}
