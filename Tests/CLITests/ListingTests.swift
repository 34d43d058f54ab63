import EndToEnd
import Testing

@Suite("tab-delimited listings")
struct ListingTests {
    /// A command, and the columns on which scripts rely: one may be added at the end, none may change.
    private static let listings: [(command: [String], columns: [String], rows: Int)] = [
        (
            ["node", "list"],
            [
                "node", "ssh", "state", "memoryKiB", "cpus", "cpuModel", "libvirt", "hypervisor", "hostUUID", "bootID",
                "lastAnswer", "labels", "failureDomain",
            ], 2
        ),
        (
            ["domain", "list"],
            [
                "domain", "uuid", "run", "nodes", "prefer", "memoryKiB", "vcpus", "disks", "networks", "lastSeenOn",
                "at",
            ], 6
        ),
    ]

    @Test("have a header, one row each, and the same columns in every row")
    func columns() async throws {
        let playground = try await Playground()
        for (command, columns, rows) in Self.listings {
            let ran = try await playground.program.run(["havirt"] + command + ["--repo", "office"])
            let lines = ran.output.split(separator: "\n").map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(lines.first.map { Array($0.prefix(columns.count)) } == columns, "\(ran)")
            #expect(lines.count == rows + 1 && lines.allSatisfy { $0.count == lines[0].count }, "\(ran)")
            #expect(lines.allSatisfy { !$0.contains("") }, "`cut` and `awk` see no empty field: \(ran)")
        }
    }

    @Test("every column stands in the help, under its number")
    func help() async throws {
        let playground = try await Playground()
        for (command, columns, _) in Self.listings {
            let help = try await playground.program.run(["havirt"] + command + ["--help"]).output
            let described = help.split(separator: "\n").map { $0.split(separator: " ").prefix(2).map(String.init) }
            for (index, column) in columns.enumerated() {
                #expect(described.contains(["\(index + 1)", column]), "\(column): \(help)")
            }
        }
    }
}
