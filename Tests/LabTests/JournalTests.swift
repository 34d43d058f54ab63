import EndToEnd
import Testing

extension OnTheLab {
    @Suite("the journal comes first")
    struct JournalTests {
        private let domain = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")

        @Test("every command has an intent before it and an outcome after it")
        func order() async throws {
            let cluster = try await LabCluster("journal", [domain, TestDomain("d2")])
            try await cluster.converge()
            try await cluster.wish(domain, "run: keepalive\nnodes: [beta]\n")
            let ran = try await cluster.havirt(expect: 0, "apply", "--yes")
            let lines = try cluster.journal()
            let commit = try await cluster.repository.git("rev-parse", "HEAD")
            let runs = Dictionary(grouping: lines, by: \.run).values
            #expect(runs.count == 2)
            for run in runs {
                #expect(run.first?.kind == "round" && run.last?.kind == "end", "\(run)")
                var open: Set<Int> = []
                for line in run where line.kind == "intent" || line.kind == "outcome" {
                    let step = try #require(line.step)
                    if line.kind == "intent" {
                        #expect(line.command != nil && open.insert(step).inserted)
                    } else {
                        #expect(open.remove(step) != nil, "an outcome without an intent: \(line)")
                        #expect(line.result == "done")
                    }
                }
                #expect(open.isEmpty, "intents without outcomes: \(open)")
            }
            let last = lines.filter { $0.commit == commit && $0.kind == "intent" }
            #expect(last.map(\.domain) == ["d1"] && last.map(\.action) == ["migrate from alpha to beta"])
            let printed = try #require(ran.lines.first { $0.hasPrefix("    $ ") })
            #expect(last.first?.command == String(printed.dropFirst(6)), "what was printed is what was written down")
        }

        @Test("on a full disk nothing is done, and what is full is said")
        func full() async throws {
            let cluster = try await LabCluster("fulldisk", [domain])
            // A file system of its own, which goes with the shell.
            let script = """
                var=\(cluster.path("var")) && mkdir -p $var && mount -t tmpfs -o size=64k,mode=700 tmpfs $var &&
                ! dd if=/dev/zero of=$var/fill bs=4k 2>/dev/null && exec havirt apply --yes
                """
            let ran = try await cluster.inLab(["unshare", "--mount", "sh", "-c", script])
            #expect(ran.status == 1 && ran.output.isEmpty, "\(ran)")
            #expect(
                ran.errors.contains("cannot be recorded") && ran.errors.contains("No space left on device"), "\(ran)")
            try await expectHome(domain)
        }

        @Test("without a journal nothing is done")
        func unwritable() async throws {
            let cluster = try await LabCluster("nojournal", [domain])
            try cluster.write("var/journal.jsonl/here", "")
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.errors.contains("Error: the journal cannot be written, so nothing is done: "), "\(ran)")
            try await expectHome(domain)
        }
    }
}
