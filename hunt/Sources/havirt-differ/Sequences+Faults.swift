import Reconciler
import SimulatedCluster
import StateSpec

/// What befalls nodes.
extension Sequences {
    var faults: [CommandSequence] {
        [
            CommandSequence(
                "QEMU is killed", [d1, d2], on: [alpha],
                begin(alpha) + defineAndStart(d1, on: alpha) + [
                    perform(create(d2), on: alpha), .inflict(.killQEMU(d1.uuid), alpha),
                    .waitFor(d1.uuid, ObservedState("shut off", "crashed"), alpha), .inflict(.killQEMU(d2.uuid), alpha),
                    .waitFor(d2.uuid, nil, alpha), perform(create(d1), on: alpha),
                ]),
            CommandSequence(
                "libvirtd dies", [d1, d2, Guest("d3")], on: [alpha],
                begin(alpha) + defineAndStart(d1, on: alpha) + defineAndStart(Guest("d3"), on: alpha) + [
                    perform(create(d2), on: alpha), .type(.setAutostart(d1.uuid, true), alpha),
                    .type(.destroy(d1.uuid), alpha), .inflict(.killLibvirtd, alpha),
                    perform(.destroy(d2.uuid), on: alpha), .type(.start(d1.uuid), alpha),
                    .inflict(.killQEMU(Guest("d3").uuid), alpha), .inflict(.startLibvirtd, alpha),
                    perform(.destroy(d2.uuid), on: alpha),
                ]),
            CommandSequence(
                "libvirtd freezes before a command", [d1], on: [alpha],
                begin(alpha) + [
                    perform(create(d1), on: alpha), .inflict(.freezeLibvirtd, alpha),
                    perform(.destroy(d1.uuid), on: alpha, .hasty), .inflict(.thawLibvirtd, alpha), .pause(2),
                    perform(.destroy(d1.uuid), on: alpha), perform(.abortJob(d1.uuid), on: alpha),
                    .witness(run, d1.uuid, digest: "abc0", alpha), .settle(run, d1.uuid, alpha),
                    perform(.destroy(d1.uuid), on: alpha),
                ]),
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
            CommandSequence(
                "sshd dies", [d1], on: [alpha, beta],
                begin(alpha, beta) + [
                    perform(create(d1), on: alpha), .inflict(.killSSHD, beta),
                    perform(migrate(d1, to: beta), on: alpha), .lock(Operation.Run("second", epoch: 2), beta),
                    .inflict(.startSSHD, beta), .lock(Operation.Run("second", epoch: 2), beta),
                    .claim(Operation.Run("second", epoch: 2), 2, beta), perform(migrate(d1, to: beta), on: alpha),
                ]),
            CommandSequence(
                "a power cut", [d1, d2, Guest("d3")], on: [gamma], keepsConnections: false,
                begin(gamma) + defineAndStart(d1, on: gamma) + defineAndStart(d2, on: gamma) + [
                    perform(create(Guest("d3")), on: gamma), .type(.setAutostart(d1.uuid, true), gamma),
                    .witness(run, d1.uuid, digest: "abc0", gamma), .inflict(.powerOff, gamma),
                    .inflict(.powerOn, gamma), .waitFor(d1.uuid, ObservedState("running", "booted"), gamma),
                    perform(create(d2), on: gamma), .lock(Operation.Run("second", epoch: 2), gamma),
                    .claim(Operation.Run("second", epoch: 2), 1, gamma),
                    .claim(Operation.Run("second", epoch: 2), 2, gamma),
                ]),
        ]
    }
}
