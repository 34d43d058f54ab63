import EndToEnd
import Testing

/// The units of `examples/systemd`, judged by systemd itself.
@Suite("systemd units")
struct SystemdTests {
    private static let folder = Program.root + "/examples/systemd"

    private static func services() throws -> [String] {
        try TextFile.names(in: folder).filter { $0.hasSuffix(".service") }
    }

    @Test("no service is exposed by more than 2.0 of 10")
    func exposure() async throws {
        let services = try Self.services()
        #expect(!services.isEmpty)
        let program = Program(in: Self.folder)
        for service in services {
            // The threshold is in tenths; beyond it the exit status is 1.
            let command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", service]
            let judged = try await program.run(command)
            #expect(judged.status == 0 && judged.output.contains("Overall exposure level for \(service)"), "\(judged)")
            let open = try await Self.opened(service)
            #expect(open != 0, "a service without its hardening passes, too: the check cannot fail")
        }
    }

    /// The exit status for the same service without the section's hardening.
    private static func opened(_ service: String) async throws -> Int32 {
        let folder = TemporaryFolder()
        let text = try TextFile.read("\(Self.folder)/\(service)")
        let bare = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Protect") && !$0.hasPrefix("Private") && !$0.hasPrefix("System") }
        try folder.write(service, bare.joined(separator: "\n"))
        let command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", service]
        return try await Program(in: folder.path).run(command).status
    }

    @Test("systemd understands every unit")
    func understood() async throws {
        let folder = TemporaryFolder()
        let units = try TextFile.names(in: Self.folder).filter { $0.hasSuffix(".service") || $0.hasSuffix(".timer") }
        #expect(units.count >= 2)
        for unit in units {
            // A program that is there: havirt itself need not be installed where the tests run.
            let text = try TextFile.read("\(Self.folder)/\(unit)").replacing("/usr/bin/havirt", with: "/bin/true")
            try folder.write(unit, text)
        }
        let program = Program(in: folder.path)
        let judged = try await program.run(["systemd-analyze", "verify", "--man=no"] + units.map { "./\($0)" })
        #expect(judged.status == 0, "\(judged)")
        for unit in units { #expect(!judged.errors.contains(unit), "\(judged.errors)") }
    }
}
