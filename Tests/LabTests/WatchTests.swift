import EndToEnd
import Testing

extension OnTheLab {
    /// The tests of this target would pass on a lab where nothing can run twice, too.
    @Suite("the lab itself")
    struct WatchTests {
        @Test("nothing keeps a second copy from running on one disk, and the watch sees it")
        func double() async throws {
            let domain = TestDomain("d1")
            _ = try await LabCluster("watch", [domain])
            for node in ["alpha", "beta"] { try await Lab.create(domain, on: node) }
            try await expectHome(domain, "alpha", "beta")
            try await Lab.wait("both write to the disk") {
                try await Int(Lab.lab("clashes", domain.target).lines.first ?? "") ?? 0 > 0
            }
            try await Lab.wait("the watch writes it down") {
                try TextFile.read(Lab.sightings).contains(" double \(domain.uuid) ")
            }
            for node in ["alpha", "beta"] { try await Lab.virsh(node, "destroy", domain.uuid) }
            try await Lab.forgetSightings()
        }
    }
}
