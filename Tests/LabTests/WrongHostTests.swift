import EndToEnd
import Testing

extension OnTheLab {
    @Suite("an ssh alias that leads to another host")
    struct WrongHostTests {
        @Test("both names count as silent and are named; nothing is started", arguments: [true, false])
        func alias(isKnown: Bool) async throws {
            let domain = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\n")
            let cluster = try await LabCluster("alias-\(isKnown)", [domain])
            if isKnown {
                try await cluster.converge()
                let home = try #require(try await Lab.homes(of: domain).first)
                try await Lab.virsh(home, "destroy", domain.uuid)
            }
            let config = try TextFile.read(Lab.state + "/ssh_config")
            try cluster.write("astray", config.replacing("HostName 10.77.0.12\n", with: "HostName 10.77.0.11\n"))
            for command in [["plan"], ["apply", "--yes"]] {
                let ran = try await cluster.inLab(["havirt"] + command + ["--ssh-config", cluster.path("astray")])
                #expect(ran.status == 1 && ran.output.contains("another host answers: "), "\(ran)")
                #expect(ran.output.contains(" answers as alpha and "), "\(ran)")
                #expect(!ran.output.contains("$ ") && ran.errors.isEmpty, "\(ran)")
                try await expectHome(domain)
            }
            // What answered under a wrong name was not taken down as that node.
            try await cluster.converge()
            #expect(try await Lab.homes(of: domain).count == 1)
        }
    }
}
