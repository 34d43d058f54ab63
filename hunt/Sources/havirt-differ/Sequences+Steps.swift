import Reconciler
import SimulatedCluster
import StateSpec

/// What havirt does.
extension Sequences {
    var steps: [CommandSequence] {
        let clash = Guest("d9", target: "d4", nameInside: "d3")
        let deaf = Guest("d3", isDeaf: true)
        return [
            CommandSequence(
                "create and destroy, each twice", [d3, clash], on: [gamma],
                begin(gamma) + [
                    perform(create(d3), on: gamma), perform(create(d3), on: gamma), perform(create(clash), on: gamma),
                    perform(.destroy(d3.uuid), on: gamma), perform(.destroy(d3.uuid), on: gamma),
                    perform(.shutdown(d3.uuid), on: gamma),
                ]),
            CommandSequence(
                "shutdown of a guest that obeys", [d3], on: [gamma],
                begin(gamma) + [
                    perform(create(d3), on: gamma), .waitUntilUp(d3), perform(.shutdown(d3.uuid), on: gamma),
                    .waitFor(d3.uuid, nil, gamma),
                ]),
            CommandSequence(
                "shutdown of a deaf guest", [deaf], on: [gamma],
                begin(gamma) + [
                    perform(create(deaf), on: gamma), .waitUntilUp(deaf), perform(.shutdown(deaf.uuid), on: gamma),
                    .pause(2), perform(.shutdown(deaf.uuid), on: gamma), perform(.destroy(deaf.uuid), on: gamma),
                ]),
            CommandSequence(
                "what is persistent", [d3, clash], on: [gamma],
                begin(gamma) + defineAndStart(d3, on: gamma) + [
                    perform(create(d3), on: gamma), .waitUntilUp(d3), perform(.shutdown(d3.uuid), on: gamma),
                    .waitFor(d3.uuid, ObservedState("shut off", "shutdown"), gamma),
                    perform(.shutdown(d3.uuid), on: gamma), perform(create(clash), on: gamma),
                    perform(create(d3), on: gamma), perform(.destroy(d3.uuid), on: gamma),
                    perform(.destroy(d3.uuid), on: gamma),
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
