import EndToEnd
import Testing

extension OnTheLab {
    @Suite("commits that must not be followed")
    struct CommitTests {
        private let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
        private let two = TestDomain("d2", "run: keepalive\nnodes: [beta]\n")

        @Test("a branch that was rewound is refused, with or without this controller's records")
        func rewound() async throws {
            let cluster = try await LabCluster("rewound", [one, two])
            try await cluster.wish(one, "run: keepalive\nnodes: [alpha]\npriority: 2\n")
            try await cluster.converge()
            try await cluster.repository.git("reset", "--hard", "--quiet", "HEAD~1")
            try await cluster.wish(one, "run: stopped\n")
            let ran = try await cluster.havirt(expect: 1, "apply", "--yes")
            #expect(ran.errors.contains("the branch was rewound: ") && ran.errors.contains("git revert"), "\(ran)")
            // Every node remembers it, too: another controller, or one that lost its disk, knows as much.
            let fresh = try await cluster.havirt(expect: 1, "apply", "--yes", "--var", cluster.path("var2"))
            #expect(fresh.errors.contains("the branch was rewound: "), "\(fresh)")
            try await expectHome(one, "alpha")
        }

        @Test("a broken tip holds what it changed, and the rest goes on from the last good commit")
        func broken() async throws {
            let cluster = try await LabCluster("broken", [one, two])
            try await cluster.converge()
            try await cluster.wish(one, "run: stoped\n")
            try await Lab.virsh("alpha", "destroy", one.uuid)
            try await Lab.virsh("beta", "destroy", two.uuid)
            let ran = try await cluster.havirt("apply", "--yes")
            #expect(ran.errors.contains("domains/d1.yaml:1:6: unknown-value: "), "\(ran)")
            #expect(ran.errors.contains("going on from commit "), "\(ran)")
            #expect(ran.output.contains("d1  its files differ in commit "), "\(ran)")
            try await expectHome(one)
            try await expectHome(two, "beta")
            try await cluster.wish(one, one.wish)
            try await cluster.converge()
            try await expectHome(one, "alpha")
        }

        @Test("a node whose file was removed is named, and nothing on it is forgotten")
        func removedNode() async throws {
            let cluster = try await LabCluster("removed", [one, two])
            try await cluster.converge()
            try cluster.repository.remove("cluster.d/nodes/beta.yaml")
            try await cluster.wish(two, "run: keepalive\nnodes: [gamma]\n")
            let ran = try await cluster.havirt("apply", "--yes")
            #expect(ran.errors.contains("nodes/beta.yaml:1:1: node-removed: "), "\(ran)")
            try await expectHome(two, "beta")
            try await expectHome(one, "alpha")
            // Lost records change nothing: the nodes remember their members.
            let fresh = try await cluster.havirt("apply", "--yes", "--var", cluster.path("var2"))
            #expect(fresh.errors.contains("node-removed: "), "\(fresh)")
            try await expectHome(two, "beta")
        }
    }
}
