import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("what node gate prints")
struct GateTests {
    @Test("the digests are SHA-256")
    func digest() async throws {
        #expect(
            try await Gate.digest(Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            try await Gate.digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("every script that the door sends is in it, and nothing else")
    func entries() async throws {
        let gate = try await Gate(version: "1.2.3")
        var expected: [GateEntry] = []
        for role in GateRole.allCases {
            for (name, script) in role.scripts {
                let digest = try await Gate.digest(script.bytes)
                expected.append(GateEntry(treatment: .runs(role), digest: digest, name: name, version: "1.2.3"))
            }
        }
        let loop = try await Gate.digest(KeptShell.script.bytes)
        expected.append(GateEntry(treatment: .replaces, digest: loop, name: "kept-shell", version: "1.2.3"))
        #expect(GateEntry.parse(gate.script) == expected)
        #expect(Set(expected.map(\.digest)).count == expected.count)
        // The length of a script is counted in characters by the node's shell.
        let scripts = GateRole.allCases.flatMap { $0.scripts.map(\.script) } + [KeptShell.script]
        #expect(scripts.allSatisfy { script in script.bytes.allSatisfy { $0 < 0x80 && $0 != 0 } })
        #expect(scripts.allSatisfy { $0.bytesCount < 100_000 }, "an argument may have 128 KiB")
        for depth in [ScanDepth.round, .whole, .crosswise] {
            let digest = try await Gate.digest(ScanScript.script(depth).bytes)
            #expect(expected.contains { $0.digest == digest && $0.treatment == .runs(.scan) })
        }
    }

    @Test("an older gate's scripts are kept, and what is no gate is refused")
    func keep() async throws {
        let digest = String(repeating: "ab", count: 32)
        let ours = try await Gate(version: "2.0.0")
        let entries = try #require(GateEntry.parse(ours.script))
        let old = GateScript.text([
            GateEntry(treatment: .runs(.scan), digest: digest, name: "scan", version: "1.0.0"),
            // A loop of ours that an older list would run as it is.
            GateEntry(treatment: .runs(.scan), digest: entries.last?.digest ?? "", name: "x", version: "1.0.0"),
        ])
        let both = try ours.keeping(old)
        let kept = try #require(GateEntry.parse(both.script))
        #expect(kept.count == entries.count + 1)
        #expect(kept.dropLast() == entries[...] && kept.last?.version == "1.0.0")
        #expect(try ours.keeping(both.script).script == both.script)
        for bad in [
            "", "x", "scripts='\n", "scripts='\nscan\n'\n", "scripts='\nscan \(digest) a b'; reboot\n'\n",
            "scripts='\nroot \(digest) a b\n'\n", "scripts='\nscan \(digest.dropLast())g a b\n'\n",
            "scripts='\nscan \(digest) $(id) b\n'\n",
        ] {
            #expect(throws: GateError.notAGate, "\(bad)") { try ours.keeping(bad) }
        }
    }

    @Test("what a gate keeps can be kept again, or is refused at once")
    func keepTheMost() async throws {
        let ours = try await Gate(version: "2.0.0")
        let own = try #require(GateEntry.parse(ours.script)).count
        func older(_ count: Int) -> String {
            GateScript.text(
                (0..<count).map { number in
                    let digest = String(repeating: "0", count: 61) + "\(100 + number)"
                    return GateEntry(treatment: .runs(.act), digest: digest, name: "x", version: "1.0.0")
                })
        }
        let full = try ours.keeping(older(GateEntry.countMax - own))
        #expect(try ours.keeping(full.script).script == full.script)
        #expect(throws: GateError.tooManyKept) { try ours.keeping(older(GateEntry.countMax - own + 1)) }
    }

    @Test("its lines of authorized_keys are what validate reads as keys that are bound")
    func keyLines() throws {
        let key = try #require(PublicKey(type: "ssh-ed25519", blob: String(repeating: "A", count: 68), comment: "x\ny"))
        for role in GateRole.allCases {
            let line = Gate.keyLine(role, key)
            #expect(
                line
                    == "restrict,command=\"/usr/local/sbin/havirt-gate \(role)\" ssh-ed25519 \(key.identity.blob) havirt-\(role)"
            )
            let read = try #require(AuthorizedKeysLine.parse(line))
            #expect(read.key.identity == key.identity && read.options == ["restrict", "command"])
        }
    }

    @Test("it is a clean script", .enabled(if: access("/usr/bin/shellcheck", X_OK) == 0))
    func shellcheck() async throws {
        let gate = try await Gate(version: "1.2.3")
        let checked = try await runChild(
            ChildRequest(executable: "shellcheck", arguments: ["-"], input: Array(gate.script.utf8)))
        #expect(checked.exit == .code(0), "\(String(decoding: checked.output, as: UTF8.self))")
    }
}
