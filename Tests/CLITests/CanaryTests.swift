import EndToEnd
import Testing

/// Secrets and characters that would move a cursor or turn writing round, put wherever they can stand, and looked for in
/// all that havirt prints and keeps.
@Suite("canaries")
struct CanaryTests {
    private static let secret = "CANARY-hunter2"
    /// Turns the direction of writing, and is good XML and good UTF-8.
    private static let turned = "\u{202E}turned\u{2066}"

    /// All that reads git and a scan, in all its forms; `domain xml` is the document itself, so it is not among them.
    private static let commands: [[String]] =
        [
            ["lint"], ["lint", "--worktree"], ["lint", "--observed", "healthy.json"],
            ["plan", "--observed", "drift.json"],
            ["plan", "--observed", "healthy.json", "--format", "json"], ["diff", "HEAD~1..HEAD"],
            ["diff", "HEAD~1..HEAD", "--observed", "healthy.json"], ["history"], ["history", "--domain", "web1"],
            ["cluster", "status", "--observed", "drift.json"], ["cluster", "balance", "--observed", "healthy.json"],
            ["why", "web1"], ["domain", "show", "web1", "--observed", "drift.json"],
            ["node", "show", "alpha", "--observed", "drift.json"],
            ["simulate", "--observed", "healthy.json", "--event", "alpha dies"],
            ["plan", "--out", "saved.plan"], ["reconcile", "--yes"],
        ]
        + ["table", "tsv", "json", "junit"].map { ["cluster", "validate", "--observed", "drift.json", "--format", $0] }
        + ["table", "tsv", "json", "yaml"].flatMap {
            [["domain", "list", "--format", $0], ["node", "list", "--format", $0]]
        }

    /// The cluster of the demo with odd characters in its XML, its comments and its commits; nobody answers for its nodes.
    ///
    /// - Parameter hasSecrets: whether secrets stand in the XML, too, which makes the tip one that cannot be used.
    private func poisoned(hasSecrets: Bool) async throws -> Playground {
        let playground = try await Playground()
        let demo = "demo/cluster.d/domains/web1"
        var xml = try playground.folder.read("\(demo).xml").replacing(
            "</name>", with: "</name><title>\(Self.turned)</title><description>\(Self.turned)</description>")
        if hasSecrets {
            xml = xml.replacing("listen='127.0.0.1'/>", with: "listen='127.0.0.1' passwd='\(Self.secret)'/>")
                .replacing(
                    "<driver ",
                    with: "<encryption format='luks'><secret type='passphrase'>\(Self.secret)</secret>"
                        + "</encryption><driver ")
        }
        try playground.folder.write("\(demo).xml", xml)
        try playground.folder.write("\(demo).yaml", "run: keepalive  # \(Self.turned)\nnodes: [alpha, beta]\n")
        let commit = "git -C demo add -A && git -C demo -c user.name=\"$ODD\" -c user.email=a@b commit -qm \"$ODD\""
        var program = playground.program
        program.environment["ODD"] = "\u{1B}[31m\(Self.turned)\u{7}"
        #expect(try await program.run(["sh", "-c", commit]).status == 0)
        return playground
    }

    @Test("no output and no record has a secret, or a character that a terminal would obey", arguments: [true, false])
    func everywhere(hasSecrets: Bool) async throws {
        let playground = try await poisoned(hasSecrets: hasSecrets)
        for command in Self.commands {
            let ran = try await playground.program.run(["havirt"] + command + ["--repo", "demo", "--var", "var"])
            let all = ran.output + ran.errors
            #expect(!all.isEmpty && ran.status < 64, "\(command): \(ran)")
            #expect(!all.contains(Self.secret), "havirt \(command) shows a secret")
            #expect(all.unicodeScalars.allSatisfy(Self.isHarmless), "havirt \(command) prints \(all.debugDescription)")
        }
        let kept = try await playground.program.run(["sh", "-c", "find var -type f -exec cat {} +"])
        // Of a first commit that cannot be used nothing is seen, so nothing is kept.
        #expect(kept.output.contains("alpha") == !hasSecrets, "\(kept)")
        #expect(!kept.output.contains("CANARY"), "\(kept)")
        #expect(kept.output.unicodeScalars.allSatisfy(Self.isHarmless), "\(kept.output.debugDescription)")
    }

    /// A check that never fails would prove nothing: the canary is where it was put, and lint names the place.
    @Test("what was put there is there, and lint says so without showing it")
    func arePlaced() async throws {
        let playground = try await poisoned(hasSecrets: true)
        let show = ["git", "-C", "demo", "show", "HEAD:cluster.d/domains/web1.xml"]
        let xml = try await playground.program.run(show).output
        #expect(xml.contains(Self.secret) && xml.contains(Self.turned))
        let lint = try await playground.program.havirt("lint", "--repo", "demo").output
        #expect(lint.contains("domains/web1.xml:18:1: secret-in-git: a secret in clear text stands in git"), "\(lint)")
        #expect(lint.contains("domains/web1.xml:28:5: secret-in-git: 'passwd' would put a secret into git"), "\(lint)")
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: true
        case 0x09: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
