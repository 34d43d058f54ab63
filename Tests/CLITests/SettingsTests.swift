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
            "xmlPolicy: [a]", "xmlPolicy: {allow: everything}", "xmlPolicy: {disks: {root: [/a]}}",
            "xmlPolicy: {networks: {a: b}}", "xmlPolicy: {firmware: [usr]}", "xmlPolicy: {disks: {targets: [a/b]}}",
            "ssh: {conifg: x}", "ssh: {options: {a: b}}", "signers: {}", "signers: [/a]", "signers: {ssh: a}",
            "signers: {demand: every}", "signers: {revoked: /a}", "signers: {revoked: /a, openpgp: /b}",
            "signers: {ssh: /a, demand: none}", "signers: {gpg: /a}", "signers: {openpgp: ../a}", "signers:",
            "ssh: {scanKey: [x]}", "ssh: {actKey: {a: b}}",
            "limits: [a]", "limits: {unreachable: never}", "limits: {budgets: {stops: many}}", "limits: {fencing: 1}",
            "limits: {shutdown: wait}", "limits: {concurrency: {nodes: 3}}", "limits: {balance: on}",
            "limits: {portals: ['a b']}", "limits: {secretFolders: [etc]}", "limits: {secretFolders: [/etc/../root]}",
            "limits: {sharedPaths: [srv]}", "limits: {sharedPaths: [/]}", "limits: {requireStorageLock: true}",
        ]
        for line in wrong {
            try playground.folder.write("conf", "# settings\n\(line)\n")
            let ran = try await playground.program.havirt("lint", "--config", "conf", "--repo", "office")
            #expect(ran.status == 1 && ran.errors.hasPrefix("Error: conf:2:"), "\(line): \(ran)")
        }
    }

    @Test("git can only tighten what the settings limit, and is told where it tried otherwise")
    func limits() async throws {
        let playground = try await Playground()
        try playground.folder.write("conf", "repository: office\n")
        let office = { try await playground.program.havirt("lint", "--config", "conf", "--worktree") }
        let cluster = "office/cluster.d/cluster.yaml"
        try playground.folder.write(cluster, try playground.folder.read(cluster) + "unreachable: last-known\n")
        #expect(try await office().errors == "no findings\n")
        try playground.folder.write("conf", "repository: office\nlimits: {unreachable: strict, fencing: false}\n")
        let limited = try await office()
        #expect(limited.status == 0 && limited.output.contains("cluster.yaml:"), "\(limited)")
        #expect(limited.output.contains("beyond-limits: 'unreachable' is looser"), "\(limited)")
        #expect(limited.output.contains("strict holds"), "\(limited)")
    }

    @Test("a lock that is demanded needs folders of which the settings say that they are shared")
    func sharedPaths() async throws {
        let playground = try await Playground()
        let lint = { try await playground.program.havirt("lint", "--config", "conf", "--worktree") }
        try playground.folder.write("conf", "repository: office\nlimits: {requireStorageLock: true}\n")
        let refused = try await lint()
        #expect(refused.status == 1 && refused.errors.contains("Error: conf:2:10: missing-key: "), "\(refused)")
        #expect(refused.errors.contains("add `sharedPaths: [/srv/shared]`"), "\(refused)")
        let limits = "limits: {requireStorageLock: true, sharedPaths: [/srv/images]}"
        try playground.folder.write("conf", "repository: office\n\(limits)\n")
        #expect(try await lint().errors == "no findings\n")
        try playground.folder.write("conf", "repository: office\nlimits: {sharedPaths: [/srv/images/locks]}\n")
        let beyond = try await lint()
        #expect(beyond.status == 0 && beyond.output.contains("beyond-limits: 'sharedPaths' is looser"), "\(beyond)")
        #expect(beyond.output.contains("of /srv/images counts as local"), "\(beyond)")
    }

    @Test("settings that everybody may change are not obeyed")
    func writable() async throws {
        let playground = try await Playground()
        try playground.folder.write("conf", "repository: office\n")
        let lint = ["havirt", "lint", "--config", "conf"]
        #expect(try await playground.program.run(["chmod", "664", "conf"]).status == 0)
        #expect(try await playground.program.run(lint).status == 0)
        #expect(try await playground.program.run(["chmod", "o+w", "conf"]).status == 0)
        let ran = try await playground.program.run(lint)
        #expect(ran.status == 1 && ran.errors.hasPrefix("Error: the settings: everybody may change conf"), "\(ran)")
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
