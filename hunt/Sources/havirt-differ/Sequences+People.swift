import Reconciler
import SimulatedCluster
import StateSpec

/// What people do.
extension Sequences {
    /// On two nodes.
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
                "a double that a person makes", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), .type(.create(d1.xml), beta),
                    perform(migrate(d1, to: beta), on: alpha), perform(.destroy(d1.uuid), on: beta),
                ]),
        ]
    }

    /// On one node.
    var definitions: [CommandSequence] {
        [
            CommandSequence(
                "managed save", [d3], on: [gamma],
                begin(gamma) + defineAndStart(d3, on: gamma) + [
                    .type(.managedSave(d3.uuid), gamma), .type(.undefine(d3.uuid), gamma),
                    .type(.managedSave(d3.uuid), gamma), .type(.start(d3.uuid), gamma),
                    .type(.managedSave(d3.uuid), gamma), perform(create(d3), on: gamma),
                    .type(.undefine(d3.uuid), gamma), perform(.destroy(d3.uuid), on: gamma),
                ]),
            CommandSequence(
                "what is transient has no flags", [d3], on: [gamma],
                begin(gamma) + [
                    perform(create(d3), on: gamma), .type(.managedSave(d3.uuid), gamma),
                    .type(.setAutostart(d3.uuid, true), gamma), .type(.undefine(d3.uuid), gamma),
                    .type(.start(d3.uuid), gamma), .type(.define(d3.xml), gamma),
                    .type(.setAutostart(d3.uuid, true), gamma), .type(.undefine(d3.uuid), gamma),
                    .type(.destroy(d3.uuid), gamma), .type(.undefine(d3.uuid), gamma),
                    .type(.start(d3.uuid), gamma), .type(.setAutostart(d3.uuid, true), gamma),
                ]),
            CommandSequence(
                "definitions", [d3], on: [gamma],
                [
                    .type(.define(d3.xml), gamma), .type(.define(d3.xml), gamma),
                    .type(.define(Guest("d9", target: "d4", nameInside: "d3").xml), gamma),
                    .type(.setAutostart(d3.uuid, true), gamma), .type(.define(d3.xml), gamma),
                    .type(.setAutostart(d3.uuid, false), gamma), .type(.suspend(d3.uuid), gamma),
                    .type(.abortJob(d3.uuid), gamma), .type(.undefine(d3.uuid), gamma),
                ]),
        ]
    }
}
