import Reconciler
import SimulatedCluster
import StateSpec

/// What befalls nodes.
extension Sequences {
    /// On one node.
    var faults: [CommandSequence] {
        [
            CommandSequence(
                "QEMU is killed", [d3, d4], on: [gamma],
                begin(gamma) + defineAndStart(d3, on: gamma) + [
                    perform(create(d4), on: gamma), .inflict(.killQEMU(d3.uuid), gamma),
                    .waitFor(d3.uuid, ObservedState("shut off", "crashed"), gamma), .inflict(.killQEMU(d4.uuid), gamma),
                    .waitFor(d4.uuid, nil, gamma), perform(create(d3), on: gamma),
                ]),
            CommandSequence(
                "libvirtd dies", [d3, d4, d5], on: [gamma],
                begin(gamma) + defineAndStart(d3, on: gamma) + defineAndStart(d5, on: gamma) + [
                    perform(create(d4), on: gamma), .type(.setAutostart(d3.uuid, true), gamma),
                    .type(.destroy(d3.uuid), gamma), .inflict(.killLibvirtd, gamma),
                    perform(.destroy(d4.uuid), on: gamma), .type(.start(d3.uuid), gamma),
                    .inflict(.killQEMU(d5.uuid), gamma), .inflict(.startLibvirtd, gamma),
                    perform(.destroy(d4.uuid), on: gamma),
                ]),
            CommandSequence(
                "libvirtd freezes before a command", [d3], on: [gamma],
                begin(gamma) + [
                    perform(create(d3), on: gamma), .inflict(.freezeLibvirtd, gamma),
                    perform(.destroy(d3.uuid), on: gamma, .hasty), .inflict(.thawLibvirtd, gamma), .pause(2),
                    perform(.destroy(d3.uuid), on: gamma), perform(.abortJob(d3.uuid), on: gamma),
                    .witness(run, d3.uuid, digest: "abc0", gamma), .settle(run, d3.uuid, gamma),
                    perform(.destroy(d3.uuid), on: gamma),
                ]),
            CommandSequence(
                "a power cut", [d3, d4, d5], on: [gamma], keepsConnections: false,
                begin(gamma) + defineAndStart(d3, on: gamma) + defineAndStart(d4, on: gamma) + [
                    perform(create(d5), on: gamma), .type(.setAutostart(d3.uuid, true), gamma),
                    .witness(run, d3.uuid, digest: "abc0", gamma), .inflict(.powerOff, gamma),
                    .inflict(.powerOn, gamma), .waitFor(d3.uuid, ObservedState("running", "booted"), gamma),
                    perform(create(d4), on: gamma), .lock(Operation.Run("second", epoch: 2), gamma),
                    .claim(Operation.Run("second", epoch: 2), 1, gamma),
                    .claim(Operation.Run("second", epoch: 2), 2, gamma),
                ]),
        ]
    }

    /// On two nodes.
    var faultsBetween: [CommandSequence] {
        [
            CommandSequence(
                "sshd dies", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), .inflict(.killSSHD, beta),
                    perform(migrate(d1, to: beta), on: alpha), .lock(Operation.Run("second", epoch: 2), beta),
                    .inflict(.startSSHD, beta), .lock(Operation.Run("second", epoch: 2), beta),
                    .claim(Operation.Run("second", epoch: 2), 2, beta), perform(migrate(d1, to: beta), on: alpha),
                ])
        ]
    }

    /// With a store that hangs for all nodes.
    var storeFaults: [CommandSequence] {
        [
            CommandSequence(
                "a start that hangs, and lands late", [d1], on: [alpha],
                begin(alpha) + [
                    .inflict(.freezeStore, alpha), perform(create(d1), on: alpha, .hasty),
                    .inflict(.thawStore, alpha), .waitFor(d1.uuid, ObservedState("running", "booted"), alpha),
                    perform(create(d1), on: alpha), .settle(run, d1.uuid, alpha),
                    perform(.destroy(d1.uuid), on: alpha),
                ]),
            CommandSequence(
                "libvirtd dies in a start", [d1, d2], on: [alpha],
                begin(alpha) + [
                    .type(.define(d2.xml), alpha), .inflict(.freezeStore, alpha),
                    perform(create(d1), on: alpha, .hasty), perform(create(d2), on: alpha, .hasty),
                    .inflict(.killLibvirtd, alpha), .inflict(.thawStore, alpha), .pause(1),
                    .inflict(.startLibvirtd, alpha),
                ]),
            CommandSequence(
                "libvirtd freezes in a start", [d1], on: [alpha],
                begin(alpha) + [
                    .inflict(.freezeStore, alpha), perform(create(d1), on: alpha, .hasty),
                    .inflict(.freezeLibvirtd, alpha), .inflict(.thawStore, alpha), .inflict(.thawLibvirtd, alpha),
                    .waitFor(d1.uuid, ObservedState("running", "booted"), alpha), .pause(0),
                ]),
            CommandSequence(
                "a command beside another", [d1, d2], on: [alpha],
                begin(alpha) + [
                    .inflict(.freezeStore, alpha), .begin(run, create(d1), alpha), .waitForMarker(d1.uuid, alpha),
                    perform(.destroy(d1.uuid), on: alpha), .settle(run, d1.uuid, alpha),
                    .witness(run, d1.uuid, digest: "abc0", alpha), .inflict(.thawStore, alpha), .join(alpha),
                    perform(.destroy(d1.uuid), on: alpha),
                ]),
        ]
    }
}
