public import Reconciler
public import StateSpec

/// Nodes that look as real ones were observed. What was under way there stays as it was: nobody knows how it ends.
extension SimulatedCluster {
    /// Adds a node that answers a scan as `seen`, at this cluster's time 0.
    ///
    /// - Parameters:
    ///   - moment: when it answered, by the clock of whoever asked.
    ///   - name: the cluster whose memory it keeps.
    ///   - epoch: the last epoch that it has accepted.
    @discardableResult
    public func addNode(
        _ node: NodeName, as seen: ObservedNode, at moment: Timestamp, of name: ClusterName, epoch: Epoch
    ) throws(Unsimulatable) -> SimulatedNode {
        let skew = (seen.clock - moment).count
        guard (0...Self.spanMax).contains(seen.uptime.count), (-Self.spanMax...Self.spanMax).contains(skew),
            (0...Self.cpusMax).contains(seen.cpus), seen.memory <= .specMax
        else { throw Unsimulatable("node \(node) cannot be simulated: no machine has its uptime, clock or size") }
        let added = SimulatedNode(name: node, hostUUID: seen.hostUUID, memory: seen.memory, cpus: seen.cpus)
        added.boot = SimulatedNode.Boot(id: seen.bootID, at: -1_000 * seen.uptime.count)
        added.clockSkew = skew
        added.facts = NodeFacts(seen)
        for domain in seen.domains { try add(domain, to: added) }
        addProcesses(seen, to: added)
        addSessions(seen, to: added)
        added.memories[name] = SimulatedMemory(seen, epoch)
        insert(added)
        return added
    }

    // A saved scan may have been edited. A thousand years, and what libvirt's numbers can say.
    private static let spanMax: Int64 = 1_000 * 366 * 86_400
    private static let cpusMax = 65_536

    /// Adds a node that answers nobody, for a reason that was observed. What runs there is not known.
    @discardableResult
    public func addSilentNode(_ name: NodeName, _ silence: Silence) -> SimulatedNode {
        let node = addNode(name)
        node.silence = silence
        return node
    }

    private func add(_ domain: ObservedDomain, to node: SimulatedNode) throws(Unsimulatable) {
        let xml: [UInt8]
        let definition: DomainDefinition
        switch domain.seen {
        case .understood(let read):
            guard let rendered = DefinitionXML.render(domain.name, domain.uuid, read) else {
                throw Unsimulatable(domain, node.name, "no XML can say what was seen of it")
            }
            (xml, definition) = (rendered, read)
        case .notUnderstood:
            // Not understood here, either.
            xml = Array("<domain/>".utf8)
            definition = DomainDefinition(type: "", memory: .zero, vcpus: 0)
        }
        let isOff = domain.state.state == "shut off"
        if (isOff || domain.isAutostarted) && !domain.isPersistent {
            throw Unsimulatable(domain, node.name, "it is off or autostarted, and the node has no definition of it")
        }
        if domain.isPersistent {
            node.definitions[domain.uuid] = SimulatedDefinition(
                name: domain.name, xml: xml, isAutostarted: domain.isAutostarted,
                offReason: isOff ? domain.state.reason : "unknown")
        }
        if domain.hasManagedSave { node.savedImages.insert(domain.uuid) }
        guard !isOff else { return }
        // A job that stands for a command under way is shown by the command's marker.
        node.qemus[domain.uuid] = SimulatedQEMU(
            name: domain.name, definition: definition, xml: xml, state: domain.state,
            job: domain.job == "a command of havirt" ? nil : domain.job, serial: serial())
    }

    private func addSessions(_ seen: ObservedNode, to node: SimulatedNode) {
        node.initiator = seen.iscsi.map(SimulatedInitiator.init)
        for (number, session) in node.initiator?.sessions ?? [:] {
            for name in session.disks.keys where !qemus(using: name, on: node).isEmpty {
                // That of a QEMU which is known goes with it.
                node.initiator?.sessions[number]?.disks[name]?.users.removeAll {
                    $0.kind == .process && $0.what.hasPrefix("qemu")
                }
            }
        }
        let sessions = seen.iscsi?.value?.sessions ?? []
        if !sessions.isEmpty { targets = targets ?? SimulatedTargets() }
        for session in sessions { targets?.take(session) }
    }

    /// QEMUs that libvirt does not list, and what each of them holds open.
    private func addProcesses(_ seen: ObservedNode, to node: SimulatedNode) {
        let commands = Set(seen.inFlight.filter(\.isAlive).map(\.uuid))
        for uuid in seen.processes where node.qemus[uuid] == nil && !commands.contains(uuid) {
            node.qemus[uuid] = SimulatedQEMU(
                name: "\(uuid)", definition: DomainDefinition(type: "", memory: .zero, vcpus: 0), xml: [],
                state: ObservedState("running", "unknown"), isListed: false, serial: serial())
        }
        for uuid in seen.storageLock?.unlocked ?? [] { node.qemus[uuid]?.isOlderThanLock = true }
        for (uuid, qemu) in node.qemus {
            node.qemus[uuid]?.opened = StorageWriter(pid: Int64(qemu.serial), uuid: uuid)
        }
        for writer in seen.storage?.writers ?? [] {
            if let uuid = writer.uuid, node.qemus[uuid] != nil {
                node.qemus[uuid]?.opened = writer
            } else {
                node.strangers.append(writer)
            }
        }
    }
}

/// Why an observation cannot be simulated.
public struct Unsimulatable: Error, Sendable, CustomStringConvertible {
    /// One line, escaped.
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ domain: ObservedDomain, _ node: NodeName, _ why: String) {
        description = "domain \(Escaped(domain.name)) on \(node) cannot be simulated: \(why)"
    }
}

extension NodeFacts {
    init(_ seen: ObservedNode) {
        self.init(hostName: seen.hostName)
        versions = seen.versions
        cpuModel = seen.cpuModel
        cpu = seen.cpu
        networks = seen.networks
        bridges = seen.bridges
        storage = seen.storage ?? ObservedStorage()
        storageLock = seen.storageLock
        access = seen.access
        uplinks = seen.uplinks
    }
}

extension SimulatedMemory {
    /// What was seen of a node's memory, in the form of its files.
    init(_ seen: ObservedNode, _ epoch: Epoch) {
        self.init()
        if epoch > .none { self.epoch = (epoch.number, "before") }
        if let commit = seen.memo.applied { applied = Array("applied \(commit.commit) \(commit.at)\nend 1\n".utf8) }
        let lines = seen.memo.members.map { member in
            "member \(member.name) \(member.ssh) \(member.hostUUID) \(member.bootID) \(member.lastAnswer)"
                + (member.isRetired ? " retired" : " active") + (member.heardAt.map { " \($0)" } ?? "") + "\n"
        }
        if !lines.isEmpty { members = Array((lines.joined() + "end \(lines.count)\n").utf8) }
        let named = seen.memo.targets.map { "target \($0)\n" }
        if !named.isEmpty { targets = Array((named.joined() + "end \(named.count)\n").utf8) }
        for marker in seen.inFlight {
            let line = "\(marker.run) \(marker.verb.rawValue) \(seen.bootID) \(marker.since.count).00"
            inFlight[marker.uuid] = Marker(line: line, isLocked: marker.isAlive)
        }
        for witness in seen.witnesses {
            // A scan rounds it up.
            self.seen[witness.uuid] = "\(seen.bootID) \(max(0, witness.at.count - 1)).00 \(witness.digest)"
        }
    }
}
