import Reconciler
import SimulatedCluster
import StateSpec

/// What nodes refuse.
extension Sequences {
    var guards: [CommandSequence] {
        [
            CommandSequence(
                "commands without a right", [d3], on: [gamma],
                [perform(create(d3), on: gamma), .lock(run, gamma), perform(create(d3), on: gamma)]
                    + [
                        .claim(run, 1, gamma), perform(create(d3), on: gamma, .ofWrongBoot),
                        perform(create(d3), on: gamma, .ofWrongEpoch), perform(create(d3), on: gamma, .late),
                        perform(create(d3), on: gamma), perform(.abortJob(d3.uuid), on: gamma, .late),
                        .release(run, gamma), perform(.destroy(d3.uuid), on: gamma),
                        .settle(run, d3.uuid, gamma), .witness(run, d3.uuid, digest: "abc0", gamma),
                    ]),
            CommandSequence("books", [d3], on: [gamma], books),
        ]
    }

    private var books: [Operation] {
        guard let commit = ObjectID("0123456789abcdef0123456789abcdef01234567"),
            let host = DomainUUID("ab000000-0000-4000-8000-000000000001"),
            let boot = DomainUUID("b0070000-0000-4000-8000-000000000001")
        else { preconditionFailure("the books are ill written") }
        let applied = AppliedCommit(commit: commit, at: Timestamp(secondsSinceEpoch: 1_800_000_000))
        let member = Member(
            name: gamma, ssh: "gamma", hostUUID: host, bootID: boot, lastAnswer: applied.at, isRetired: false)
        return begin(gamma) + [
            .remember(run, NodeMemo(applied: applied), gamma), .remember(run, NodeMemo(members: [member]), gamma),
            .remember(run, NodeMemo(), gamma), .witness(run, d3.uuid, digest: "abc0", gamma),
            .witness(run, d3.uuid, digest: "abc1", gamma), .settle(run, d3.uuid, gamma), .settle(run, d3.uuid, gamma),
        ]
    }

    var locks: [CommandSequence] {
        let second = Operation.Run("second", epoch: 2)
        let dying = Operation.Run("dying", epoch: 1, isAlive: false)
        return [
            CommandSequence(
                "one lock, one holder", [d3], on: [gamma],
                begin(gamma) + [
                    .lock(second, gamma), .release(run, gamma), .lock(second, gamma), .claim(second, 1, gamma),
                    .claim(second, 2, gamma), .claim(second, 2, gamma), perform(create(d3), on: gamma),
                    .perform(second, create(d3), gamma, .plain), .release(second, gamma), .lock(run, gamma),
                    perform(.destroy(d3.uuid), on: gamma),
                ]),
            CommandSequence(
                "a holder whose heart stops", [d3], on: [gamma],
                begin(gamma, as: dying) + [
                    .pause(4), .perform(dying, create(d3), gamma, .plain), .lock(second, gamma),
                    .claim(second, 2, gamma), .perform(second, create(d3), gamma, .plain),
                ]),
        ]
    }
}
