import EndToEnd
import Testing

extension OnMachines {
    @Suite("iSCSI as people are told of it")
    struct SessionViewTests {
        /// Codes of what validate finds about iSCSI, each with its object and node.
        private func found(_ cluster: MachineCluster) async throws -> [String] {
            // Notices of what these machines cannot have may stand, too.
            let ran = try await cluster.inLab(["havirt", "cluster", "validate", "--format", "tsv"])
            guard [0, 2].contains(ran.status) else { throw TestFailure("validate: \(ran)") }
            return ran.lines.map { $0.split(separator: "\t").map(String.init) }.filter { row in
                ["session-", "lun-", "startup-", "iscsi-"].contains { row[0].hasPrefix($0) }
            }.map { "\($0[0]) \($0[2]) \($0[3])" }.sorted()
        }

        @Test("one session missing, one extra, one stale: three findings")
        func threeFindings() async throws {
            try await Machines.sweep()
            for target in ["host", "old", "web"] { try await Machines.lab("target", "add", target, "1:8") }
            let cluster = try await MachineCluster("views", [SessionStoryTests.other])
            try cluster.repository.write("cluster.d/iscsi/san.yaml", SessionStoryTests.san("old"))
            try await cluster.repository.commit("old is everywhere")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await found(cluster) == [])

            try cluster.repository.write("cluster.d/iscsi/san.yaml", SessionStoryTests.san("web"))
            try await cluster.repository.commit("web is everywhere, and old is not in git any more")
            try await Machines.login("host", luns: [1], on: "n1")
            try await Machines.login("web", luns: [1], on: "n2")
            try await Machines.ssh(
                "n2", "iscsiadm -m node -T \(Machines.iqn("old")) -p \(Machines.portal) --logout")
            #expect(
                try await found(cluster) == [
                    "session-extra \(Machines.iqn("host")) n1", "session-missing \(Machines.iqn("web")) n1",
                    "session-stale \(Machines.iqn("old")) n1",
                ])

            // What is offered to paste ends the one; what is announced ends the others.
            let ran = try await cluster.havirt(expect: 2, "cluster", "validate", "--only", "session-extra")
            let fix = try #require(ran.lines.last?.split(separator: "\t").last)
            #expect(try await cluster.inLab(["sh", "-c", String(fix)]).status == 0, "\(fix)")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await found(cluster) == [])
        }

        /// What `node iscsiscan` says of LUNs.
        private func luns(_ ran: Ran) -> [String] {
            ran.lines.drop { $0 != "LUNs" }.dropFirst().prefix { $0.hasPrefix("  ") }.map { line in
                line.split(separator: " ").joined(separator: " ")
            }
        }

        @Test("two LUNs added, one grown, one deleted: just that is told, and shown commands work when pasted")
        func scan() async throws {
            try await Machines.sweep()
            try await Machines.lab("target", "add", "web", "1:8", "2:8", "3:8")
            let cluster = try await MachineCluster("scan", [SessionStoryTests.other])
            try cluster.repository.write("cluster.d/iscsi/san.yaml", SessionStoryTests.san("web"))
            try await cluster.repository.commit("web is everywhere")
            try await cluster.havirt(expect: 0, "apply", "--yes")
            let deleted = try await Machines.wwid("web", lun: 3)
            try await Machines.lab("lun", "add", "web", "4", "8")
            try await Machines.lab("lun", "add", "web", "5", "8")
            try await Machines.lab("lun", "grow", "web", "2", "16")
            try await Machines.lab("lun", "remove", "web", "3")
            try await Machines.lab("target", "add", "new", "1:8")

            let ran = try await cluster.havirt(expect: 0, "node", "iscsiscan", "--yes")
            #expect(ran.output.contains("New targets, which git does not name\n  \(Machines.iqn("new"))"), "\(ran)")
            var expected: [String] = []
            for node in Machines.nodes {
                let start = "\(node) \(Machines.iqn("web")) LUN"
                expected.append("\(start) 2 grown, 8 MiB -> 16 MiB")
                expected.append("\(start) 3 gone, was 8 MiB, naa.\(deleted)")
                for lun in [4, 5] {
                    expected.append("\(start) \(lun) new, 8 MiB, naa.\(try await Machines.wwid("web", lun: lun))")
                }
            }
            #expect(luns(ran) == expected, "\(ran)")
            // The disk of the LUN that is gone goes, too.
            try await cluster.havirt(expect: 0, "apply", "--yes")
            #expect(try await found(cluster) == [])

            try await Machines.lab("lun", "add", "web", "6", "8")
            let shown = try await cluster.havirt(expect: 2, "node", "iscsiscan", "n1")
            let commands = shown.lines.filter { $0.hasPrefix("ssh ") }
            #expect(commands.count == 1, "\(shown)")
            for command in commands {
                #expect(try await cluster.inLab(["sh", "-c", command]).status == 0, "\(command)")
            }
            try await Machines.wait("LUN 6 on n1") {
                try await Machines.ssh("n1", "test -b \(Machines.device("web", lun: 6))", expect: nil).status == 0
            }

            try await cluster.repository.git("config", "user.name", "Olga Operator")
            try await cluster.repository.git("config", "user.email", "olga@example.org")
            try await cluster.havirt(expect: 0, "node", "iscsiscan", "--adopt", "--yes")
            let file = try await cluster.inLab([
                "git", "-C", cluster.repository.path, "show", "HEAD:cluster.d/iscsi/san.yaml",
            ])
            #expect(file.output.contains(Machines.iqn("new")), "\(file)")
            for lun in [1, 2, 4, 5, 6] {
                #expect(file.output.contains("wwid: naa.\(try await Machines.wwid("web", lun: lun))"), "\(file)")
            }
        }
    }
}
