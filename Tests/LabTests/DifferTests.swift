import EndToEnd
import Testing

extension OnTheLab {
    @Suite("simulated nodes and real ones")
    struct DifferTests {
        @Test("say the same of the same commands, faults and people")
        func same() async throws {
            try await Lab.sweep()
            let program = Program(in: "/tmp", environment: ["HAVIRT_LAB": Lab.state])
            let lab = Program.root + "/lab/lab"
            let command = ["havirt-differ", "--lab", lab, "--ssh-config", "\(Lab.state)/ssh_config"]
            let ran = try await program.run([lab, "run"] + command + Lab.nodes, seconds: 300)
            #expect(ran.status == 0, "\(ran)")
            #expect(ran.lines.count { $0.hasPrefix("same: ") } >= 25, "\(ran)")
            // One of them is a double that a person makes.
            try await Lab.forgetSightings()
            try await Lab.sweep()
        }
    }
}
