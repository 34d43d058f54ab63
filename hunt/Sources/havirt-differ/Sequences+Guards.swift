import Reconciler
import SimulatedCluster
import StateSpec

/// What nodes refuse.
extension Sequences {
    var guards: [CommandSequence] {
        [
            CommandSequence(
                "commands without a right", [d1], on: [alpha],
                [perform(create(d1), on: alpha), .lock(run, alpha), perform(create(d1), on: alpha)]
                    + [
                        .claim(run, 1, alpha), perform(create(d1), on: alpha, .ofWrongBoot),
                        perform(create(d1), on: alpha, .ofWrongEpoch), perform(create(d1), on: alpha, .late),
                        perform(create(d1), on: alpha), perform(.abortJob(d1.uuid), on: alpha, .late),
                        .release(run, alpha), perform(.destroy(d1.uuid), on: alpha),
                        .settle(run, d1.uuid, alpha), .witness(run, d1.uuid, digest: "abc0", alpha),
                    ]),
            CommandSequence("books", [d1], on: [alpha], books),
        ]
    }

    private var books: [Operation] {
        guard let commit = ObjectID("0123456789abcdef0123456789abcdef01234567"),
            let host = DomainUUID("ab000000-0000-4000-8000-000000000001"),
            let boot = DomainUUID("b0070000-0000-4000-8000-000000000001")
        else { preconditionFailure("the books are ill written") }
        let applied = AppliedCommit(commit: commit, at: Timestamp(secondsSinceEpoch: 1_800_000_000))
        let member = Member(
            name: alpha, ssh: "alpha", hostUUID: host, bootID: boot, lastAnswer: applied.at, isRetired: false)
        return begin(alpha) + [
            .remember(run, NodeMemo(applied: applied), alpha), .remember(run, NodeMemo(members: [member]), alpha),
            .remember(run, NodeMemo(), alpha), .witness(run, d1.uuid, digest: "abc0", alpha),
            .witness(run, d1.uuid, digest: "abc1", alpha), .settle(run, d1.uuid, alpha), .settle(run, d1.uuid, alpha),
        ]
    }

    var locks: [CommandSequence] {
        let second = Operation.Run("second", epoch: 2)
        let dying = Operation.Run("dying", epoch: 1, isAlive: false)
        return [
            CommandSequence(
                "one lock, one holder", [d1], on: [alpha],
                begin(alpha) + [
                    .lock(second, alpha), .release(run, alpha), .lock(second, alpha), .claim(second, 1, alpha),
                    .claim(second, 2, alpha), .claim(second, 2, alpha), perform(create(d1), on: alpha),
                    .perform(second, create(d1), alpha, .plain), .release(second, alpha), .lock(run, alpha),
                    perform(.destroy(d1.uuid), on: alpha),
                ]),
            CommandSequence(
                "a holder whose heart stops", [d1], on: [alpha],
                begin(alpha, as: dying) + [
                    .pause(4), .perform(dying, create(d1), alpha, .plain), .lock(second, alpha),
                    .claim(second, 2, alpha), .perform(second, create(d1), alpha, .plain),
                ]),
        ]
    }
}
