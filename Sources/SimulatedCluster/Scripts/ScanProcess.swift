internal import Reconciler
internal import StateSpec

/// The scan script on a simulated node.
struct ScanProcess {
    let cluster: SimulatedCluster
    let node: SimulatedNode

    /// Everything it prints; nil if it ends with the node's power.
    func run(_ input: [UInt8]) async throws -> NodeReply {
        var input = ScriptInput(input)
        guard let head = input.lines(4), let name = try? ClusterName(head[1]), let limit = Int64(head[2]),
            let depth = ScanDepth(rawValue: head[3]), let boot = node.boot
        else { return NodeReply(status: 90, output: [], errorOutput: []) }
        // Peers: a node knows those that it was observed to know.
        if depth == .crosswise { while let peer = input.line(), !peer.isEmpty { continue } }
        let mode = input.line()
        var known: [(kind: Character, uuid: DomainUUID)] = []
        while let line = input.line(), let kind = line.first, let uuid = DomainUUID(line.dropFirst(2)) {
            known.append((kind, uuid))
        }
        var output = ScriptOutput(token: head[0])
        output.frame("begin")
        output.frame("host", facts(boot))
        // Markers are looked at before libvirt is: what ends in between has taken effect by then.
        output.frame("inflight", inFlight(node.memory(of: name)))
        output.frame("seen", seen(node.memory(of: name)))
        let end = cluster.time.milliseconds + limit * 1_000
        if let failure = try await failure(by: end) {
            output.frame("status", "\(failure.status)\n")
            output.frame("errors", failure.output + "\n")
            output.frame("end")
            return NodeReply(status: 0, output: output.bytes, errorOutput: [])
        }
        if mode == "ask" { known = listed().map { ($0.isAsked ? "a" : "i", $0.uuid) } }
        listings(&output)
        if depth == .crosswise { AccessFrames(facts: node.facts).printNetworks(&output) }
        let errors = try await details(known, isWhole: depth != .round, &output, by: end)
        output.frame("again", uuids(listed()))
        output.frame("status", "\(errors.status)\n")
        output.frame("errors", errors.output)
        StorageFrames(node: node).print(&output)
        if let lock = node.facts.storageLock { LockFrames(lock: lock).print(&output) }
        output.frame("bridges", node.facts.bridges.map { "\($0)\n" }.joined())
        output.mark("applied")
        output.print(node.memory(of: name).applied)
        output.mark("members")
        output.print(node.memory(of: name).members)
        output.mark("targets")
        output.print(node.memory(of: name).targets)
        if let initiator = node.initiator {
            ISCSIFrames(cluster: cluster, node: node, initiator: initiator).print(&output)
        }
        if depth == .crosswise { AccessFrames(facts: node.facts).print(&output) }
        output.frame("end")
        return NodeReply(status: 0, output: output.bytes, errorOutput: [])
    }

    /// What virsh says when libvirtd does not answer by `end`; nil when it does.
    private func failure(by end: Int64) async throws -> VirshResult? {
        let limit = max(0, end - cluster.time.milliseconds)
        let result = try await cluster.virsh(node, limit: limit, changes: false) { .done() }
        return result.status == 0 ? nil : result
    }

    private func facts(_ boot: SimulatedNode.Boot) -> String {
        let clock = (cluster.now + Seconds(node.clockSkew)).secondsSinceEpoch
        return "0\n\(boot.id)\n\(cluster.uptime(boot))\n\(clock)\n\(node.facts.hostName)\n"
    }

    private func inFlight(_ memory: SimulatedMemory) -> String {
        memory.inFlight.sorted { $0.key < $1.key }.map { uuid, marker in
            "\(uuid) \(marker.isLocked ? "alive" : "ended") \(marker.line)\n"
        }.joined()
    }

    private func seen(_ memory: SimulatedMemory) -> String {
        memory.seen.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    // MARK: - The batch

    private struct Listed {
        let uuid: DomainUUID
        let qemu: SimulatedQEMU?
        let definition: SimulatedDefinition?

        /// Running, and not paused.
        var isAsked: Bool { qemu.map { $0.state.state != "paused" } ?? false }
    }

    /// All domains that libvirt lists, in order of their uuids.
    private func listed() -> [Listed] {
        let active = node.qemus.filter { $0.value.isListed }
        return Set(active.keys).union(node.definitions.keys).sorted().map { uuid in
            Listed(uuid: uuid, qemu: active[uuid], definition: node.definitions[uuid])
        }
    }

    private func uuids(_ domains: [Listed]) -> String { domains.map { "\($0.uuid)\n" }.joined() + "\n" }

    private func listings(_ output: inout ScriptOutput) {
        let all = listed()
        output.frame("all", uuids(all))
        output.frame("active", uuids(all.filter { $0.qemu != nil }))
        output.frame("paused", uuids(all.filter { $0.qemu?.state.state == "paused" }))
        output.frame("persistent", uuids(all.filter { $0.definition != nil }))
        output.frame("autostart", uuids(all.filter { $0.definition?.isAutostarted == true }))
        output.frame("saved", uuids(all.filter { node.savedImages.contains($0.uuid) }))
        output.frame(
            "version",
            "Compiled against library: libvirt 9.0.0\nUsing library: libvirt \(node.facts.versions.libvirt)\n"
                + "Using API: QEMU 9.0.0\n\(hypervisor)\n")
        output.frame(
            "nodeinfo",
            "CPU model:           x86_64\nCPU(s):              \(node.cpus)\n"
                + "Memory size:         \(node.memory.kibibytes) KiB\n\n")
        output.frame(
            "capabilities",
            "<capabilities>\n\n  <host>\n    <uuid>\(node.hostUUID)</uuid>\n    <cpu>\n      <arch>x86_64</arch>\n"
                + cpu + "    </cpu>\n  </host>\n\n</capabilities>\n\n")
        let networks = node.facts.networks
        output.frame("nets", names(networks))
        output.frame("nets-active", names(networks.filter(\.isActive)))
        output.frame("nets-autostart", names(networks.filter(\.isAutostarted)))
    }

    private func names(_ networks: [ObservedNetwork]) -> String { networks.map { "\($0.name)\n" }.joined() + "\n" }

    /// libvirt says nothing of a hypervisor where no emulator is installed.
    private var hypervisor: String {
        let name = node.facts.versions.hypervisor
        return name == "unknown" ? "" : "Running hypervisor: \(name)\n"
    }

    private var cpu: String {
        var text = node.facts.cpuModel.map { "      <model>\($0)</model>\n" } ?? ""
        if let vendor = node.facts.cpu?.vendor { text += "      <vendor>\(vendor)</vendor>\n" }
        for feature in node.facts.cpu?.features ?? [] { text += "      <feature name='\(feature)'/>\n" }
        return text
    }

    /// What is asked of each domain, one after the other: the world goes on meanwhile.
    private func details(
        _ known: [(kind: Character, uuid: DomainUUID)], isWhole: Bool, _ output: inout ScriptOutput, by end: Int64
    ) async throws -> VirshResult {
        var errors = ""
        for (index, (kind, uuid)) in known.enumerated() {
            // Not before each one: most of a batch is over within a moment.
            if index % 3 == 2, let failure = try await failure(by: end) { return failure }
            let text = uuid.description
            let domain = listed().first { $0.uuid == uuid }
            output.frame("state-\(text)", domain.map { "\(state(of: $0))\n\n" } ?? "")
            output.mark("xml-\(text)")
            if let xml = domain?.qemu?.xml ?? domain?.definition?.xml {
                output.print(xml)
                output.print("\n")
            } else {
                errors += "error: failed to get domain '\(text)'\n\n"
            }
            if isWhole, let xml = domain?.definition?.xml ?? domain?.qemu?.xml {
                output.mark("kept-\(text)")
                output.print(xml)
                output.print("\n")
            }
            guard kind == "a" else { continue }
            output.mark("job-\(text)")
            if let qemu = domain?.qemu {
                output.print(job(of: qemu))
            } else {
                errors += "error: Requested operation is not valid: domain is not running\n\n"
            }
        }
        return VirshResult(status: 0, output: errors)
    }

    private func state(of domain: Listed) -> ObservedState {
        if let qemu = domain.qemu { return qemu.state }
        return ObservedState("shut off", domain.definition?.offReason ?? "unknown")
    }

    private func job(of qemu: SimulatedQEMU) -> String {
        guard let job = qemu.job else { return "Job type:         None        \n\n" }
        let operation = job == "Cancelled migration" ? "Outgoing migration" : job
        return "Job type:         Unbounded   \nOperation:        \(operation)\nTime elapsed:     812 ms\n\n"
    }
}

extension SimulatedCluster {
    /// `/proc/uptime`, its first number.
    func uptime(_ boot: SimulatedNode.Boot) -> String {
        let hundredths = (time.milliseconds - boot.at) / 10
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    /// The same in whole seconds.
    func uptimeSeconds(_ boot: SimulatedNode.Boot) -> Int64 { (time.milliseconds - boot.at) / 1_000 }
}
