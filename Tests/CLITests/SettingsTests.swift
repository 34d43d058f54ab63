import EndToEnd
import Testing

@Suite("settings")
struct SettingsTests {
    @Test("the file yields to the environment, and the environment to flags")
    func precedence() async throws {
        let playground = try await Playground()
        var program = playground.program
        try playground.folder.write("conf", "repository: office\nbranch: one\n")
        let branch = { (program: Program, flags: [String]) in
            try await program.run(["havirt", "lint", "--config", "conf"] + flags).errors
        }
        #expect(try await branch(program, []).contains("refs/heads/one"))
        program.environment["HAVIRT_BRANCH"] = "two"
        #expect(try await branch(program, []).contains("refs/heads/two"))
        #expect(try await branch(program, ["--branch", "three"]).contains("refs/heads/three"))
        #expect(try await branch(program, ["--branch", "main"]) == "no findings\n")
    }

    @Test("--config beats HAVIRT_CONFIG")
    func config() async throws {
        let playground = try await Playground()
        var program = playground.program
        program.environment["HAVIRT_CONFIG"] = "settings/unknown-key"
        #expect(try await program.havirt("lint", "--config", "settings/good").status == 0)
        #expect(try await program.havirt("lint").status == 1)
    }

    @Test("nothing is read from the working directory", arguments: ["havirt.conf", ".havirt.conf", "etc/havirt.conf"])
    func workingDirectory(file: String) async throws {
        let playground = try await Playground()
        try playground.folder.write(file, "repository: office\ndryrun: false\n")
        try playground.folder.write("office/\(file)", "repository: office\n")
        try playground.folder.write("office/cluster.d/\(file)", "repository: office\n")
        for folder in ["", "/office", "/office/cluster.d"] {
            let program = Program(in: playground.folder.path + folder)
            let ran = try await program.havirt("lint")
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: no repository is set: "), "\(ran)")
        }
    }

    @Test("every key of the settings is known, and its wrong type is refused at its place")
    func types() async throws {
        let playground = try await Playground()
        let wrong = [
            "repository: {a: b}", "remote: [x]", "branch: [a]", "path: [a]", "var: {}", "dryrun: perhaps",
            "fetchTimeout: soon", "ssh: {config: [x]}", "ssh: {connectTimeout: never}", "ssh: {multiplex: 3}",
            "ssh: {conifg: x}", "ssh: {options: {a: b}}", "ssh: {scanKey: [x]}", "ssh: {actKey: {a: b}}",
        ]
        for line in wrong {
            try playground.folder.write("conf", "# settings\n\(line)\n")
            let ran = try await playground.program.havirt("lint", "--config", "conf", "--repo", "office")
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: conf:2:"), "\(line): \(ran)")
        }
    }

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

    @Test("it starts in an empty environment")
    func start() async throws {
        var program = Program(in: "/")
        program.environment = [:]
        let ran = try await program.run([Program.binaries + "/havirt", "--version"])
        #expect(ran.status == 0 && ran.errors.isEmpty)
        #expect(ran.output.split(separator: ".").count == 3, "\(ran)")
    }
}
