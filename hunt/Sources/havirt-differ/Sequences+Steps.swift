import Reconciler
import SimulatedCluster
import StateSpec

/// What havirt does.
extension Sequences {
    var steps: [CommandSequence] {
        let clash = Guest("d9", target: "d2", nameInside: "d1")
        let deaf = Guest("d1", isDeaf: true)
        return [
            CommandSequence(
                "create and destroy, each twice", [d1, clash], on: [alpha],
                begin(alpha) + [
                    perform(create(d1), on: alpha), perform(create(d1), on: alpha), perform(create(clash), on: alpha),
                    perform(.destroy(d1.uuid), on: alpha), perform(.destroy(d1.uuid), on: alpha),
                    perform(.shutdown(d1.uuid), on: alpha),
                ]),
            CommandSequence(
                "shutdown of a guest that obeys", [d1], on: [alpha],
                begin(alpha) + [
                    perform(create(d1), on: alpha), .waitUntilUp(d1), perform(.shutdown(d1.uuid), on: alpha),
                    .waitFor(d1.uuid, nil, alpha),
                ]),
            CommandSequence(
                "shutdown of a deaf guest", [deaf], on: [alpha],
                begin(alpha) + [
                    perform(create(deaf), on: alpha), .waitUntilUp(deaf), perform(.shutdown(deaf.uuid), on: alpha),
                    .pause(2), perform(.shutdown(deaf.uuid), on: alpha), perform(.destroy(deaf.uuid), on: alpha),
                ]),
            CommandSequence(
                "what is persistent", [d1, clash], on: [alpha],
                begin(alpha) + defineAndStart(d1, on: alpha) + [
                    perform(create(d1), on: alpha), .waitUntilUp(d1), perform(.shutdown(d1.uuid), on: alpha),
                    .waitFor(d1.uuid, ObservedState("shut off", "shutdown"), alpha),
                    perform(.shutdown(d1.uuid), on: alpha), perform(create(clash), on: alpha),
                    perform(create(d1), on: alpha), perform(.destroy(d1.uuid), on: alpha),
                    perform(.destroy(d1.uuid), on: alpha),
                ]),
        ]
    }

    var migrations: [CommandSequence] {
        let clash = Guest("d9", target: "d2", nameInside: "d1")
        return [
            CommandSequence(
                "migration of a transient domain", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), perform(migrate(d1, to: beta), on: alpha),
                    perform(migrate(d1, to: beta), on: alpha), perform(.abortJob(d1.uuid), on: beta),
                    perform(migrate(d1, to: alpha), on: beta), perform(.destroy(d1.uuid), on: alpha),
                ]),
            CommandSequence(
                "migration of a persistent domain", [d1], on: [alpha, beta],
                begin(alpha, beta) + defineAndStart(d1, on: alpha) + [
                    .type(.setAutostart(d1.uuid, true), alpha),
                    perform(migrate(d1, to: beta, isPersistent: true), on: alpha),
                    perform(.destroy(d1.uuid), on: beta),
                    perform(migrate(d1, to: alpha, isPersistent: true), on: beta),
                ]),
            CommandSequence(
                "migration to where it is, and to where its name is", [d1, clash], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), perform(create(clash), on: beta),
                    perform(migrate(d1, to: beta), on: alpha), perform(migrate(d1, to: alpha), on: alpha),
                ]),
            CommandSequence(
                "migration to a node without libvirtd", [d1], on: [alpha, beta],
                begin(alpha) + [
                    perform(create(d1), on: alpha), .inflict(.killLibvirtd, beta),
                    perform(migrate(d1, to: beta), on: alpha), .inflict(.startLibvirtd, beta),
                ]),
            CommandSequence(
                "a migration by hand, without flags", [d1], on: [alpha, beta],
                defineAndStart(d1, on: alpha) + [
                    .type(.migrate(d1.uuid, to: beta, .init()), alpha), .type(.destroy(d1.uuid), beta),
                    .type(.start(d1.uuid), alpha), .type(.destroy(d1.uuid), alpha),
                    .type(.migrate(d1.uuid, to: beta, .init()), alpha),
                ]),
        ]
    }
}
