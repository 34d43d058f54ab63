import StateSpec
import Testing

@testable import Reconciler

/// Whatever a cluster looks like: what is adopted is where git wishes it, and nothing is adopted twice.
@Suite struct AdoptionProperties {
    private static let states = [
        ("running", "booted"), ("running", "booted"), ("running", "migrated"), ("shut off", "shutdown"),
        ("shut off", "shutdown"), ("paused", "user"), ("paused", "I/O error"), ("shut off", "saved"),
        ("paused", "migrating"), ("shut off", "migrated"),
    ]

    private static func random(_ seed: Int) -> RunningCluster {
        var dice = SplitMix(seed: seed)
        var cluster = RunningCluster("alpha", "beta", "gamma")
        if dice.chance(25) { cluster.withoutLAN = ["gamma"] }
        let nodes = cluster.names
        for number in 1...8 {
            let name = dice.chance(10) ? "d1" : "d\(number)"
            let lun = dice.chance(15) ? 1 : number
            let disk =
                dice.chance(25)
                ? "<disk type='file' device='disk'><source file='/srv/\(lun).img'/><target dev='vda'/></disk>"
                : "<disk type='network' device='disk'><source protocol='iscsi' name='iqn.a:b/\(lun)'/>"
                    + "<target dev='vda'/></disk>"
            for _ in 0...(dice.chance(30) ? 1 : 0) {
                let node = dice.pick(nodes)
                let state = dice.pick(states)
                if cluster.observed.nodes[node]?.node?.domains.contains(where: { $0.uuid == .numbered(number) }) == true
                {
                    continue
                }
                cluster.put(name, number, on: node, state.0, state.1, isPersistent: dice.chance(50), devices: disk)
            }
        }
        return cluster
    }

    @Test func theFirstPlanIsAlwaysEmpty() throws {
        var adopted = 0
        var leftOut = 0
        for seed in 0..<120 {
            let cluster = Self.random(seed)
            let made: Adoption
            do {
                made = try cluster.adopt()
            } catch let refusal as AdoptionRefusal {
                #expect(refusal.description.contains("no domain can be adopted"), "seed \(seed): \(refusal)")
                continue
            }
            let plan = try cluster.plan(made.files)
            #expect(plan.isInSync, "seed \(seed): \(PlanText.render(plan))")
            let again = try cluster.adopt(over: made.files)
            #expect(again.files.isEmpty, "seed \(seed): \(again.files.map(\.path))")
            let all = Set(cluster.observed.nodes.values.flatMap { $0.node?.domains ?? [] }.map(\.uuid))
            // Each domain is in git, or somebody is told why not.
            let told = made.findings.count { $0.severity != .notice }
            #expect(made.domains.count + told == all.count, "seed \(seed): \(made.findings)")
            adopted += made.domains.count
            leftOut += told
        }
        #expect(adopted > 200 && leftOut > 200, "a world without variety: \(adopted), \(leftOut)")
    }
}
