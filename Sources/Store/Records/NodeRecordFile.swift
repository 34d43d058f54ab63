internal import Reconciler
internal import StateSpec

extension RecordFile where Content == [NodeName: NodeRecord] {
    /// `node.yaml`
    static var nodes: Self {
        Self(
            name: "node.yaml", empty: [:],
            comment: "Resources of the nodes, as last seen. Written by havirt; changed by hand it may mislead rule S2.",
            write: { nodes in
                [YAMLField("nodes", .entries(nodes, \.value))]
            },
            keys: ["nodes"],
            read: { reader in
                reader.byName("nodes", keys: ["host", "member", "resources", "silent", "heard"]) { NodeRecord($0) }
            })
    }
}

extension NodeRecord {
    fileprivate var value: YAMLValue {
        .fields([
            "host": identity.map { host in
                .fields([
                    "uuid": .text(host.hostUUID), "boot": .text(host.bootID), "lastAnswer": .text(host.lastAnswer),
                ])
            },
            "member": membership.map { member in
                .fields([
                    "ssh": .text(member.ssh), "retired": .bool(member.isRetired), "since": .text(member.since),
                ])
            },
            "resources": resources.map(\.value),
            "silent": quiet.map { quiet in
                .fields([
                    "since": .text(quiet.since), "last": .text(quiet.last),
                    "cause": .text(quiet.silence.cause.rawValue), "detail": .text(quiet.silence.detail),
                ])
            },
            "heard": heardAt.map { .text($0) },
        ])
    }

    fileprivate init(_ reader: FieldReader) {
        if let host = reader.nested("host", keys: ["uuid", "boot", "lastAnswer"]),
            let uuid = host.uuid("uuid"), let boot = host.uuid("boot"), let last = host.moment("lastAnswer")
        {
            identity = Identity(hostUUID: uuid, bootID: boot, lastAnswer: last)
        }
        if let member = reader.nested("member", keys: ["ssh", "retired", "since"]),
            let ssh = member.anyText("ssh"), let isRetired = member.flag("retired"), let since = member.moment("since")
        {
            membership = Membership(ssh: ssh, isRetired: isRetired, since: since)
        }
        resources = reader.nested("resources", keys: Resources.keys).flatMap { Resources($0) }
        if let silent = reader.nested("silent", keys: ["since", "last", "cause", "detail"]),
            let since = silent.moment("since"), let last = silent.moment("last"), let detail = silent.anyText("detail")
        {
            silent.demand("cause")
            if let cause = silent.choice("cause", as: Silence.Cause.self) {
                quiet = Quiet(since: since, last: last, silence: Silence(cause, detail))
            }
        }
        if reader.has("heard") { heardAt = reader.moment("heard") }
        // A member that is no host could never be asked for, and would be left out without a word.
        if membership != nil, identity == nil { reader.demand("host") }
    }
}

extension NodeRecord.Resources {
    fileprivate static var keys: [String] {
        ["seen", "run", "hostName", "memory", "cpus", "cpuModel", "libvirt", "hypervisor"]
    }

    fileprivate var value: YAMLValue {
        .fields([
            "seen": .text(seen), "run": .text(run.text), "hostName": .text(hostName), "memory": .memory(memory),
            "cpus": .count(cpus), "cpuModel": cpuModel.map { .text($0) }, "libvirt": .text(versions.libvirt),
            "hypervisor": .text(versions.hypervisor),
        ])
    }

    fileprivate init?(_ reader: FieldReader) {
        for key in ["run", "memory", "cpus"] { reader.demand(key) }
        guard let seen = reader.moment("seen"), let run = reader.name("run", as: RunKind.self),
            let hostName = reader.anyText("hostName"), let memory = reader.memory("memory"),
            let cpus = reader.integer("cpus", in: 0...RecordLimits.cpusMax), let libvirt = reader.anyText("libvirt"),
            let hypervisor = reader.anyText("hypervisor")
        else { return nil }
        self.init(
            seen: seen, run: run, hostName: hostName, memory: memory, cpus: cpus,
            cpuModel: reader.has("cpuModel") ? reader.anyText("cpuModel") : nil,
            versions: HypervisorVersions(libvirt: libvirt, hypervisor: hypervisor))
    }
}
