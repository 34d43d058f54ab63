import EndToEnd
import Testing

@Suite("the keys for the gate") struct SSHKeyTests {
    @Test("keys are two files of ours alone, and what is wrong with one is said before any node is asked")
    func keys() async throws {
        let playground = try await Playground()
        let folder = playground.folder.path
        for name in ["scan", "act", "open"] { try playground.folder.write("keys/\(name)", "x") }
        _ = try await playground.program.run([
            "sh", "-c", "chmod 600 keys/*; chmod 644 keys/open; mkfifo -m 600 keys/pipe",
        ])
        let plan = { (keys: String) in
            try playground.folder.write("conf", "repository: dark\nvar: var\nssh: {\(keys)}\n")
            return try await playground.program.havirt("plan", "--config", "conf")
        }
        let wrong = [
            ("scanKey: keys/scan", "must be an absolute path"), ("scanKey: \(folder)/keys/none", "No such file"),
            ("scanKey: \(folder)/keys", "it is no regular file"),
            ("scanKey: \(folder)/keys/pipe", "it is no regular file"),
            ("scanKey: \(folder)/keys/open", "others can read it; `chmod 600` it"),
            ("scanKey: '\(folder)/%h'", "must be an absolute path"), ("scanKey: '~/x'", "must be an absolute path"),
            ("actKey: \(folder)/keys/act", "name an actKey and no scanKey"),
            ("scanKey: \(folder)/keys/scan, actKey: \(folder)/keys/scan", "are one file"),
            ("scanKey: \(folder)/keys/scan, actKey: \(folder)/keys/open", "others can read it"),
        ]
        for (keys, objection) in wrong {
            let ran = try await plan(keys)
            #expect(ran.status == 1 && ran.errors.contains(objection), "\(keys): \(ran)")
            #expect(ran.errors.hasPrefix("Error: "), "\(ran)")
        }
        let good = try await plan("scanKey: \(folder)/keys/scan")
        #expect(good.description.contains("unreachable"), "\(good)")
        var program = playground.program
        program.environment["HAVIRT_SCAN_KEY"] = "\(folder)/keys/open"
        #expect(try await program.havirt("plan", "--config", "conf").errors.contains("others can read it"))
    }
}
