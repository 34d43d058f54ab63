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
            "ssh: {conifg: x}", "ssh: {options: {a: b}}", "signers: {}", "signers: [/a]", "signers: {ssh: a}",
            "signers: {demand: every}", "signers: {revoked: /a}", "signers: {revoked: /a, openpgp: /b}",
            "signers: {ssh: /a, demand: none}", "signers: {gpg: /a}", "signers: {openpgp: ../a}", "signers:",
        ]
        for line in wrong {
            try playground.folder.write("conf", "# settings\n\(line)\n")
            let ran = try await playground.program.havirt("lint", "--config", "conf", "--repo", "office")
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: conf:2:"), "\(line): \(ran)")
        }
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
