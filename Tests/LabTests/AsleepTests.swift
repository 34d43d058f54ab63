import EndToEnd
import Testing

extension OnTheLab {
    @Suite("the holder's machine sleeps")
    struct AsleepTests {
        @Test("when it wakes, its lock, its epoch and its turn are gone: it begins nothing more")
        func asleep() async throws {
            let one = TestDomain("d1", "run: keepalive\nnodes: [alpha]\n")
            let two = TestDomain("d2", "run: keepalive\nnodes: [alpha]\n")
            let cluster = try await LabCluster("asleep", [one, two], cluster: "concurrency: {startsPerNode: 1}\n")
            let sleeper = try await Lab.whileStoreHangs {
                let sleeper = try await cluster.start("apply", "--yes")
                try await Lab.wait("the first start hangs") { try await Lab.homes(of: one) == ["alpha"] }
                sleeper.sleep()
                return sleeper
            }
            // What it has not begun with is not wished any more.
            try await cluster.wish(two, "run: manual\nnodes: [gamma]\n")
            let other = try await cluster.havirtOnceFree("apply", "--yes", "--var", cluster.path("var2"))
            #expect(other.status == 0, "\(other)")
            try await expectHome(two)
            sleeper.wake()
            let woken = try await sleeper.ended()
            #expect(woken.status == 1 && woken.output.contains("d2: start on alpha: refused: "), "\(woken)")
            let intents = try cluster.journal().filter { $0.kind == "intent" }
            #expect(intents.map(\.domain) == ["d1"], "it began something after its sleep")
            try await expectHome(one, "alpha")
            try await expectHome(two)
            try await cluster.converge()
        }
    }
}
