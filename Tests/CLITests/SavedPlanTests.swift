import EndToEnd
import FoundationEssentials
import Testing

/// What of a saved plan is refused before any node is asked.
@Suite("saved plans")
struct SavedPlanTests {
    private static func plan(commit: String, madeAt: Date, format: Int = 1, steps: String = "[]") -> String {
        let moment = madeAt.formatted(.iso8601)
        return """
            {"format": \(format), "id": "20260101t000000-aaaaaaaa", "commit": "\(commit)", "madeAt": "\(moment)",
             "steps": \(steps)}
            """
    }

    @Test("another commit, another format, another hour: refused, and why", arguments: [[], ["--yes"]])
    func refused(flags: [String]) async throws {
        let playground = try await Playground()
        let other = String(playground.commit.reversed())
        let cases: [(String, String)] = [
            (Self.plan(commit: other, madeAt: .now), "is for commit \(other.prefix(10)), the branch is at"),
            (Self.plan(commit: playground.commit, madeAt: .now - 3_700), "has expired after 1h: plan again"),
            (Self.plan(commit: playground.commit, madeAt: .now + 3_700), "in the future of this clock: plan again"),
            (Self.plan(commit: playground.commit, madeAt: .now, format: 2), "the saved plan has format 2"),
        ]
        for (text, reason) in cases {
            try playground.folder.write("plan.json", text)
            let ran = try await playground.program.run(
                ["havirt", "apply", "plan.json", "--repo", "office", "--var", "var"] + flags)
            #expect(ran.status == 1 && ran.output.isEmpty, "\(ran)")
            #expect(ran.errors.hasPrefix("Error: ") && ran.errors.contains(reason), "\(reason) in \(ran)")
        }
    }

    @Test("a file that is no plan is refused before anything else")
    func garbage() async throws {
        let playground = try await Playground()
        let whole = Self.plan(commit: playground.commit, madeAt: .now)
        let broken = [
            "", "plan", "[]", "{}", String(whole.dropLast(4)), whole.replacing(playground.commit, with: "main"),
            whole.replacing("[]", with: "[{\"id\": 1}]"), whole.replacing("20260101t", with: "../../"),
            whole.replacing("[]", with: String(repeating: "[", count: 100_000)),
        ]
        for text in broken {
            try playground.folder.write("plan.json", text)
            let ran = try await playground.program.havirt("apply", "plan.json", "--yes", "--repo", "office")
            #expect(ran.status == 1 && ran.errors.contains("is not what `havirt plan --out` writes: "), "\(ran)")
        }
    }
}
