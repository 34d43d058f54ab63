internal import Reconciler
internal import StateSpec

/// The guard script on a simulated node, check by check in the order of the real one.
struct CommandProcess {
    let cluster: SimulatedCluster
    let node: SimulatedNode

    /// The lines with which its input begins.
    private struct Head {
        let token: String
        let cluster: ClusterName
        let run: String
        let epoch: Int64
        let boot: DomainUUID
        let until: Int64
        let limit: Int64
        let uuid: DomainUUID?
        let arguments: [String]
        let payload: [UInt8]

        init?(_ bytes: [UInt8]) {
            var input = ScriptInput(bytes)
            guard let lines = input.lines(9), let cluster = try? ClusterName(lines[1]), let epoch = Int64(lines[3]),
                let boot = DomainUUID(lines[4]), let until = Int64(lines[5]), let limit = Int64(lines[6]),
                let count = Int(lines[8]), let arguments = input.lines(count)
            else { return nil }
            token = lines[0]
            self.cluster = cluster
            run = lines[2]
            self.epoch = epoch
            self.boot = boot
            self.until = until
            self.limit = limit
            uuid = DomainUUID(lines[7])
            self.arguments = arguments
            payload = input.remainder
        }

        var verb: String {
            if arguments.first == "virsh", arguments.count > 3 { return arguments[3] }
            return ISCSIProcess.verb(arguments) ?? arguments.first ?? ""
        }
        var isMutating: Bool {
            ["create", "shutdown", "destroy", "migrate"].contains(verb) || ISCSIProcess.isMarked(verb)
        }
        var isForTarget: Bool { ISCSIProcess.verb(arguments) != nil }
    }

    /// Runs a command, unless the guard refuses it.
    func run(_ input: [UInt8]) async throws -> NodeReply {
        guard let head = Head(input), let boot = node.boot else {
            return NodeReply(status: 90, output: [], errorOutput: [])
        }
        var output = ScriptOutput(token: head.token)
        output.frame("begin")
        let filled: DomainUUID?
        let wasUnsettled = head.isMutating && isUnsettled(head, boot)
        switch try await fill(head, boot) {
        case .refused(let why): return refusal(why, head, &output)
        case .filled(let uuid): filled = uuid
        }
        try await cluster.pause(0...20, onNode: node)
        if let why = objection(head) {
            if let filled { memory(head) { $0.inFlight[filled] = nil } }
            return refusal(why, head, &output)
        }
        if head.isForTarget { return try await runISCSI(head, filled, &output) }
        let sight = head.uuid.map { uuid in
            NodeCommandSight(
                node: node.name, run: head.run, epoch: head.epoch, verb: head.verb, uuid: uuid,
                target: target(head)?.name, serial: cluster.serial(), flaws: flaws(head, wasUnsettled: wasUnsettled))
        }
        if let sight { cluster.happened(.began(sight)) }
        let result = try await carryOut(head, boot)
        if let sight { cluster.happened(.ended(sight)) }
        return reply(result, head, filled, &output)
    }

    private func runISCSI(
        _ head: Head, _ filled: DomainUUID?, _ output: inout ScriptOutput
    ) async throws -> NodeReply {
        switch try await ISCSIProcess(cluster: cluster, node: node).run(head.arguments, limit: head.limit * 1_000) {
        case .ended(let result): return reply(result, head, filled, &output)
        case .refused(let why, let users):
            if let filled { memory(head) { $0.inFlight[filled] = nil } }
            return refusal(why, head, &output, users: users)
        }
    }

    private func reply(
        _ result: VirshResult, _ head: Head, _ filled: DomainUUID?, _ output: inout ScriptOutput
    ) -> NodeReply {
        if let filled {
            // A command that did not end by itself may still be in its daemon's queue: its marker stays.
            let mayLand = result.status >= 124 && Guard.markerOutlivesTheClient.isOn
            memory(head) {
                if mayLand { $0.inFlight[filled]?.isLocked = false } else { $0.inFlight[filled] = nil }
            }
        }
        output.frame("status", "\(result.status)\n")
        output.frame("said", result.output.isEmpty ? "" : result.output + "\n")
        output.frame("end")
        return NodeReply(status: 0, output: output.bytes, errorOutput: [])
    }

    private func refusal(
        _ why: String, _ head: Head, _ output: inout ScriptOutput, users: [String] = []
    ) -> NodeReply {
        cluster.happened(.refused(node.name, why: why))
        output.frame("refused", "\(why)\n")
        if !users.isEmpty { output.frame("users", users.map { "\($0)\n" }.joined()) }
        output.frame("end")
        return NodeReply(status: 0, output: output.bytes, errorOutput: [])
    }

    private func memory(_ head: Head, _ change: (inout SimulatedMemory) -> Void) {
        change(&node.memories[head.cluster, default: SimulatedMemory()])
    }

    /// Whether the domain's marker is filled, by a command of this boot.
    private func isUnsettled(_ head: Head, _ boot: SimulatedNode.Boot) -> Bool {
        guard let uuid = head.uuid, let marker = node.memory(of: head.cluster).inFlight[uuid] else { return false }
        let words = marker.line.split(separator: " ")
        return words.count < 3 || words[2] == boot.id.description
    }

    private enum Filling {
        case refused(String)
        case filled(DomainUUID?)
    }

    /// The marker is filled and locked before anything is checked.
    private func fill(_ head: Head, _ boot: SimulatedNode.Boot) async throws -> Filling {
        guard head.isMutating || head.verb == "settle" else {
            let known = ["remember", "witness", "domjobabort", "iscsi-record", "iscsi-password"]
            return known.contains(head.verb) ? .filled(nil) : .refused("verb")
        }
        guard let uuid = head.uuid else { return .refused("folder") }
        if node.memory(of: head.cluster).inFlight[uuid]?.isLocked == true {
            try await cluster.pause(2_000...2_000, onNode: node)
            if node.memory(of: head.cluster).inFlight[uuid]?.isLocked == true { return .refused("inflight") }
        }
        guard head.verb != "settle" else { return .filled(nil) }
        if isUnsettled(head, boot), Guard.markerIsRespected.isOn { return .refused("unsettled") }
        memory(head) {
            $0.inFlight[uuid] = SimulatedMemory.Marker(
                line: "\(head.run) \(head.verb) \(boot.id) \(cluster.uptime(boot))", isLocked: true)
        }
        return .filled(uuid)
    }

    /// Boot, lock, epoch and time, as the script checks them right before the command.
    private func objection(_ head: Head) -> String? {
        let flaws = flaws(head, wasUnsettled: false)
        if flaws.contains(.otherBoot), Guard.bootIsChecked.isOn { return "boot" }
        if flaws.contains(.notLocked), Guard.lockIsCheckedOnTheNode.isOn { return "lock" }
        if flaws.contains(.otherEpoch), Guard.epochIsCheckedOnTheNode.isOn { return "epoch" }
        if flaws.contains(.late), Guard.lateCommandsAreRefused.isOn { return "late" }
        return nil
    }

    private func flaws(_ head: Head, wasUnsettled: Bool) -> [NodeCommandSight.Flaw] {
        guard let boot = node.boot else { return [.otherBoot] }
        let epoch = node.memory(of: head.cluster).epoch
        var flaws: [NodeCommandSight.Flaw] = wasUnsettled ? [.unsettled] : []
        if boot.id != head.boot { flaws.append(.otherBoot) }
        if node.locks[head.cluster]?.run != head.run { flaws.append(.notLocked) }
        if epoch?.number != head.epoch || epoch?.run != head.run { flaws.append(.otherEpoch) }
        if cluster.uptimeSeconds(boot) > head.until { flaws.append(.late) }
        return flaws
    }

    private func target(_ head: Head) -> SimulatedNode? {
        guard head.verb == "migrate", let uri = head.arguments.last else { return nil }
        let host = uri.dropFirst("qemu+ssh://".count).prefix { $0 != "/" }
        return cluster.nodes.first { $0.migrationHost == host || "[\($0.migrationHost)]" == host }
    }

    private func carryOut(_ head: Head, _ boot: SimulatedNode.Boot) async throws -> VirshResult {
        let limit = head.limit * 1_000
        switch (head.verb, head.uuid) {
        case ("create", _?):
            return try await cluster.virsh(node, limit: limit) { try await cluster.create(head.payload, on: node) }
        case ("shutdown", let uuid?):
            return try await cluster.virsh(node, limit: limit) { try await cluster.shutdown(uuid, on: node) }
        case ("destroy", let uuid?):
            return try await cluster.virsh(node, limit: limit) { try await cluster.destroy(uuid, on: node) }
        case ("domjobabort", let uuid?):
            return try await cluster.virsh(node, limit: limit) { cluster.abortJob(uuid, on: node) }
        case ("migrate", let uuid?): return try await migrate(uuid, head, limit)
        case ("settle", let uuid?):
            memory(head) {
                $0.inFlight[uuid] = nil
                $0.seen[uuid] = nil
            }
            return .done()
        case ("witness", let uuid?):
            memory(head) { $0.seen[uuid] = "\(boot.id) \(cluster.uptime(boot)) \(head.arguments[1])" }
            return .done()
        case ("remember", _): return remember(head)
        default: return VirshResult(status: 1, output: "no such verb")
        }
    }

    private func remember(_ head: Head) -> VirshResult {
        let counts = head.arguments.dropFirst().compactMap { Int($0) }
        guard head.arguments.count == 4, counts.count == 3, head.payload.count >= counts.reduce(0, +) else {
            return VirshResult(status: 1, output: "cut")
        }
        var rest = head.payload[...]
        let files = counts.map { count in
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        memory(head) {
            if !files[0].isEmpty { $0.applied = files[0] }
            if !files[1].isEmpty { $0.members = files[1] }
            if !files[2].isEmpty { $0.targets = files[2] }
        }
        return .done()
    }

    /// With what ends a migration that takes too long: `domjobabort` again and again, not the death of its client.
    private func migrate(_ uuid: DomainUUID, _ head: Head, _ limit: Int64) async throws -> VirshResult {
        guard let target = target(head) else { return .failed("cannot resolve the target") }
        var options = MigrationOptions()
        options.isPersistent = head.arguments.contains("--persistent")
        options.undefinesSource = head.arguments.contains("--undefinesource")
        let asked = options
        let nagging = Task(executorPreference: cluster.time) {
            do {
                try await cluster.time.pause(limit)
                while true {
                    _ = try await cluster.virsh(node, limit: 20_000) { cluster.abortJob(uuid, on: node) }
                    try await cluster.time.pause(1_000)
                }
            } catch {
                // The migration has ended, or the node has.
                return
            }
        }
        defer { nagging.cancel() }
        return try await cluster.virsh(node, limit: limit + 60_000) {
            try await cluster.migrate(uuid, from: node, to: target, asked)
        }
    }
}
