import EndToEnd
import Testing

extension OnTheLab {
    @Suite("two havirts")
    struct TwoHavirtsTests {
        private let started = TestDomain("d1", "run: keepalive\nnodes: [alpha, beta]\n")
        private let moved = TestDomain("d2", "run: keepalive\nnodes: [beta]\n").large

        /// What two runs may have in common besides the nodes.
        enum Common: CaseIterable { case everything, repository, nothing }

        @Test("started at once, one acts and the other is refused or finds it done", arguments: Common.allCases)
        func atOnce(common: Common) async throws {
            let cluster = try await LabCluster("once-\(common)", [started, moved])
            try await Lab.create(moved, on: "gamma")
            var flags = common == .everything ? [] : ["--var", cluster.path("var2")]
            if common == .nothing { flags += ["--repo", try await cluster.clone("repo2")] }
            async let first = cluster.inLab(["havirt", "apply", "--yes"])
            async let second = cluster.inLab(["havirt", "apply", "--yes"] + flags)
            let runs = try await [first, second].sorted { $0.status < $1.status }
            #expect(runs[0].status == 0, "\(runs)")
            if runs[1].status != 0 {
                #expect(runs[1].status == 1 && !runs[1].output.contains("$ "), "\(runs)")
                expectHolderNamed(runs[1])
            }
            #expect(runs.map { $0.output.ranges(of: "create --validate").count }.reduce(0, +) == 1, "\(runs)")
            #expect(try await Lab.homes(of: started).count == 1)
            try await expectHome(moved, "beta")
            try await cluster.havirt(expect: 0, "plan")
        }

        @Test("the second is refused while the first lives; killed, it leaves only what it had in flight")
        func killed() async throws {
            let free = TestDomain("d1", "run: keepalive\nnodes: [gamma]\n")
            let cluster = try await LabCluster("killed", [free, moved])
            try await cluster.converge()
            for (target, source) in [("alpha", "beta"), ("beta", "alpha")] {
                try await cluster.wish(moved, "run: keepalive\nnodes: [\(target)]\n")
                try await Lab.during(.slow, on: target) {
                    let holder = try await cluster.start("apply", "--yes")
                    try await Lab.wait("the migration is under way") {
                        try await Lab.homes(of: moved) == ["alpha", "beta"]
                    }
                    // The one is killed early, the other later: after a second run, which is refused.
                    if target == "beta" { expectHolderNamed(try await cluster.havirt(expect: 1, "apply", "--yes")) }
                    try await holder.kill()
                    try await Lab.virsh("gamma", "destroy", free.uuid)
                    let next = try await cluster.havirtOnceFree("apply", "--yes")
                    #expect(next.output.contains("d2  \(source): 'migrate' of run ") && next.status == 1, "\(next)")
                    #expect(next.output.contains("d1: ok"), "\(next)")
                    try await expectHome(free, "gamma")
                }
                try await cluster.convergeInTime()
                try await expectHome(moved, target)
            }
        }

        private func expectHolderNamed(_ refused: Ran, sourceLocation: SourceLocation = #_sourceLocation) {
            let start = refused.errors.contains(#/^Error: the cluster is locked: \w+ is held by run [\w-]+ /#)
            let holder = refused.errors.contains(#/\(apply from tester@\S+, since \S+Z, for \d+s\); try again /#)
            #expect(start && holder, "\(refused)", sourceLocation: sourceLocation)
        }

        @Test("a controller whose repository is behind, or has diverged, is refused until it follows")
        func disagreement() async throws {
            let cluster = try await LabCluster("disagree", [started])
            let other = try await cluster.clone("repo2")
            let flags = ["--yes", "--repo", other, "--var", cluster.path("var2")]
            try await cluster.wish(started, "run: keepalive\nnodes: [alpha]\n")
            try await cluster.converge()
            let behind = try await cluster.inLab(["havirt", "apply"] + flags)
            let words = ", is not in this repository: fetch it, "
            #expect(behind.status == 1 && behind.errors.contains(words), "\(behind)")
            let copy = try await TestRepository(at: other)
            try copy.write("cluster.d/domains/d1.yaml", "run: stopped\n")
            let commit = try await copy.commit("diverged")
            let diverged = try await cluster.inLab(["havirt", "apply"] + flags)
            #expect(diverged.status == 1 && diverged.errors.contains("the tip \(commit.prefix(10)) does not follow"))
            try await expectHome(started, "alpha")
            try await copy.git("fetch", "--quiet", "origin")
            try await copy.git("reset", "--hard", "--quiet", "origin/main")
            #expect(try await cluster.inLab(["havirt", "apply"] + flags).status == 0)
        }
    }
}
