import Reconciler
import SimulatedCluster
import StateSpec

/// What people do.
extension Sequences {
    var people: [CommandSequence] {
        [
            CommandSequence(
                "suspend and resume", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), .type(.resume(d1.uuid), alpha), .type(.suspend(d1.uuid), alpha),
                    .type(.suspend(d1.uuid), alpha), perform(.shutdown(d1.uuid), on: alpha),
                    perform(migrate(d1, to: beta), on: alpha), .type(.resume(d1.uuid), beta),
                    .type(.suspend(d1.uuid), alpha), .type(.resume(d1.uuid), alpha),
                ]),
            CommandSequence(
                "managed save", [d1], on: [alpha],
                begin(alpha) + defineAndStart(d1, on: alpha) + [
                    .type(.managedSave(d1.uuid), alpha), .type(.undefine(d1.uuid), alpha),
                    .type(.managedSave(d1.uuid), alpha), .type(.start(d1.uuid), alpha),
                    .type(.managedSave(d1.uuid), alpha), perform(create(d1), on: alpha),
                    .type(.undefine(d1.uuid), alpha), perform(.destroy(d1.uuid), on: alpha),
                ]),
            CommandSequence(
                "what is transient has no flags", [d1], on: [alpha],
                begin(alpha) + [
                    perform(create(d1), on: alpha), .type(.managedSave(d1.uuid), alpha),
                    .type(.setAutostart(d1.uuid, true), alpha), .type(.undefine(d1.uuid), alpha),
                    .type(.start(d1.uuid), alpha), .type(.define(d1.xml), alpha),
                    .type(.setAutostart(d1.uuid, true), alpha), .type(.undefine(d1.uuid), alpha),
                    .type(.destroy(d1.uuid), alpha), .type(.undefine(d1.uuid), alpha),
                    .type(.start(d1.uuid), alpha), .type(.setAutostart(d1.uuid, true), alpha),
                ]),
            CommandSequence(
                "definitions", [d1], on: [alpha],
                [
                    .type(.define(d1.xml), alpha), .type(.define(d1.xml), alpha),
                    .type(.define(Guest("d9", target: "d2", nameInside: "d1").xml), alpha),
                    .type(.setAutostart(d1.uuid, true), alpha), .type(.define(d1.xml), alpha),
                    .type(.setAutostart(d1.uuid, false), alpha), .type(.suspend(d1.uuid), alpha),
                    .type(.abortJob(d1.uuid), alpha), .type(.undefine(d1.uuid), alpha),
                ]),
            CommandSequence(
                "a double that a person makes", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), .type(.create(d1.xml), beta),
                    perform(migrate(d1, to: beta), on: alpha), perform(.destroy(d1.uuid), on: beta),
                ]),
        ]
    }
}
