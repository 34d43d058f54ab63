import EndToEnd
import Testing

@Suite("man pages")
struct ManPageTests {
    /// The pages, by name, in a folder `man`.
    private func pages(_ folder: TemporaryFolder) async throws -> [String] {
        let program = Program(in: folder.path)
        let help = try await program.havirt("--experimental-dump-help")
        #expect(help.status == 0, "\(help.errors)")
        try folder.write("help.json", help.output)
        let made = try await program.run(["havirt-man", "help.json", "man", "2026-11-29"])
        #expect(made.status == 0, "\(made)")
        return try TextFile.names(in: folder.path + "/man")
    }

    @Test("every command that has help has a page, and the program's own page names it")
    func complete() async throws {
        let folder = TemporaryFolder()
        let pages = try await pages(folder)
        let commands = try Transcript.names.filter { $0.hasPrefix("help") }.map { "havirt" + $0.dropFirst(4) }
        #expect(pages == commands.map { $0 + ".1" }.sorted())
        let top = try folder.read("man/havirt.1")
        for command in commands where command != "havirt" {
            let isGroup = commands.contains { $0.hasPrefix(command + "-") }
            #expect(isGroup || top.contains("\n.It Xr \(command) 1\n"), "\(command)")
        }
    }

    @Test("a page says what the help says")
    func words() async throws {
        let folder = TemporaryFolder()
        _ = try await pages(folder)
        let text = try folder.read("man/havirt-domain-start.1")
        for line in [
            ".Dd November 29, 2026", ".Dt HAVIRT-DOMAIN-START 1", ".Nd Start a domain, and keep it running",
            ".Nm havirt domain start", ".Ar domain", ".Op Ar node", ".It Fl y , Fl -yes", ".It Fl -message Ar text",
            "  havirt domain start web1               the commit, and the command", ".Sh EXAMPLES",
            ".Xr havirt-domain 1",
        ] {
            #expect(text.contains("\(line)\n"), "\(line): \(text)")
        }
    }

    @Test("mandoc has nothing to say of them", .enabled(if: Program.has("mandoc"), "mandoc is not installed"))
    func mandoc() async throws {
        let folder = TemporaryFolder()
        let pages = try await pages(folder)
        // Pages refer to each other, and are not installed here.
        let ran = try await Program(in: folder.path + "/man").run(["mandoc", "-T", "lint", "-W", "style"] + pages)
        let said = ran.output.split(separator: "\n").filter { !$0.contains("referenced manual not found") }
        #expect(said.isEmpty, "\(said.joined(separator: "\n"))")
    }

    @Test("groff has nothing to say of them", .enabled(if: Program.has("groff"), "groff is not installed"))
    func groff() async throws {
        let folder = TemporaryFolder()
        let pages = try await pages(folder)
        let ran = try await Program(in: folder.path + "/man").run(["groff", "-mdoc", "-ww", "-z", "-Tutf8"] + pages)
        #expect(ran.status == 0 && ran.errors.isEmpty, "\(ran)")
    }

    @Test("what is no help or no day is refused")
    func refused() async throws {
        let folder = TemporaryFolder()
        let program = Program(in: folder.path)
        try folder.write("help.json", "{}")
        for arguments in [["help.json", "man", "2026-11-29"], ["help.json", "man", "2026-13-01"], ["help.json"]] {
            let ran = try await program.run(["havirt-man"] + arguments)
            #expect(ran.status != 0 && !ran.errors.isEmpty, "\(arguments): \(ran)")
        }
        #expect(!folder.has("man/havirt.1"))
    }
}
