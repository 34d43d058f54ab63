import FoundationEssentials
import Testing

@testable import Reconciler

/// What comes of a sequence of events, round after round, is exactly its golden. Goldens are blessed as scenarios' are.
@Suite struct SequenceTests {
    @Test func theFilesAreFound() {
        #expect(SequenceFile.all.count >= 20)
    }

    @Test(arguments: SequenceFile.all) func goesAsItsGolden(_ sequence: SequenceFile) async throws {
        let run = SequenceRun()
        for (line, event) in try sequence.events() { try await run.play(line, event) }
        run.cluster.expectSafe()
        let text = run.lines.joined(separator: "\n") + "\n"
        let golden = try sequence.text("golden")
        if ScenarioTests.isBlessing, golden != text {
            try sequence.write(golden: text)
            Issue.record("blessed \(sequence.name).golden; read it, then run again without HAVIRT_BLESS")
            return
        }
        #expect(golden == text, "\(sequence.name).golden does not match (HAVIRT_BLESS=1 writes it)")
    }

    @Test(arguments: SequenceFile.all) func saysWhatItIsAbout(_ sequence: SequenceFile) throws {
        let text = try sequence.text("events") ?? ""
        for part in ["# ", "# Expected: ", "# Origin: "] {
            #expect(text.contains(part), "\(sequence.name).events lacks \(part)")
        }
    }

    @Test(arguments: [
        "", "nodes", "wait", "wait -1", "put vm1 a", "put vm1 a running", "put vm1 a running (booted) odd", "fault x y",
        "git a", "silent a because", "apply stops", "apply stops=x", "gone vm1", "applyy", "put 1 a running (booted)",
    ])
    func whatIsNoEvent(line: String) {
        #expect(throws: (any Error).self) { try SequenceEvent(line) }
    }
}
