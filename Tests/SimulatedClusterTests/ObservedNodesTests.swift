import FoundationEssentials
import NodeDriver
import Reconciler
import SimulatedCluster
import StateSpec
import Testing

/// Nodes made of an observation, scanned by the real driver, show that observation.
@Suite struct ObservedNodesTests {
    private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// Every saved scan of the scenarios and examples, found by listing.
    static let files: [String] = {
        let folder = "Tests/ReconcilerTests/Scenarios"
        do {
            let scenarios = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted()
                .map { "\(folder)/\($0)/observed.json" }
                .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)") }
            return ["examples/office/observed.json", "Tests/CLITests/Scans/drift.json"] + scenarios
        } catch {
            preconditionFailure("\(folder) cannot be listed: \(error)")
        }
    }()

    /// What no node could show: a name that no XML can hold.
    private static let impossible = ["hostile-name-is-escaped"]

    private static func observed(_ file: String) throws -> ObservedCluster {
        try JSONDecoder().decode(
            ObservedCluster.self, from: Data(contentsOf: URL(filePath: "\(root)/\(file)")))
    }

    @Test func theFilesAreFound() {
        #expect(Self.files.count >= 40)
    }

    @Test(arguments: files) func aScanShowsWhatWasObserved(_ file: String) throws {
        let observed = try Self.observed(file)
        let name = try ClusterName("test")
        let time = VirtualTime(seed: 1)
        let cluster = SimulatedCluster(time: time, begin: observed.takenAt, seed: 1)
        do throws(Unsimulatable) {
            for (node, reading) in observed.nodes.sorted(by: { $0.key < $1.key }) {
                switch reading {
                case .answered(let seen, let moment):
                    try cluster.addNode(node, as: seen, at: moment, of: name, epoch: .none)
                case .silent(let silence): cluster.addSilentNode(node, silence)
                }
            }
        } catch {
            let isImpossible = Self.impossible.contains { file.contains($0) }
            #expect(isImpossible, "\(file): \(error)")
            return
        }
        let controller = SimulatedController("test", cluster)
        let process = controller.begin()
        let hypervisor = VirshHypervisor(
            transport: SimulatedTransport(cluster, controller, process: process),
            clock: SimulatedClock(controller, cluster, process: process), executor: time)
        let answers = time.run {
            var answers: [NodeName: NodeScan] = [:]
            let isCrosswise = observed.nodes.values.contains { $0.node?.access != nil }
            let peers = observed.nodes.keys.sorted().map(\.text)
            for node in observed.nodes.keys.sorted() {
                answers[node] = await hypervisor.scan(
                    NodeSpec(name: node), of: name, deadline: Seconds(20), depth: isCrosswise ? .crosswise : .round,
                    peers: peers)
            }
            return answers
        }
        for (node, reading) in observed.nodes {
            switch (reading, answers[node]) {
            case (.silent(let expected), .silent(let found)): #expect(found == expected)
            case (.answered(let expected, let moment), .answered(let found)):
                let skew = (expected.clock - moment).count
                #expect(found == Normal.of(expected, like: found), "\(node)")
                #expect(abs((found.clock - observed.takenAt).count - skew) < 5, "\(node)'s clock")
                #expect(abs(found.uptime.count - expected.uptime.count) < 5, "\(node)'s uptime")
            default: Issue.record("\(node): \(reading) and \(String(describing: answers[node]))")
            }
        }
    }
}

/// An observation as a simulated node can show it again.
private enum Normal {
    /// Clock and uptime, which go on, the words of what is not understood, and pids are those of `found`.
    static func of(_ seen: ObservedNode, like found: ObservedNode) -> ObservedNode {
        // A scan puts devices in order, and lists every process that holds something open.
        let storage = seen.storage.map { ObservedStorage(devices: $0.devices, links: $0.links, writers: $0.writers) }
        let processes = Set(seen.processes + (storage?.writers ?? []).compactMap(\.uuid)).sorted()
        var lock = seen.storageLock
        if case .unknown = lock?.manager { lock = found.storageLock }
        var node = ObservedNode(
            hostUUID: seen.hostUUID, bootID: seen.bootID, hostName: seen.hostName, uptime: found.uptime,
            clock: found.clock, versions: seen.versions, memory: seen.memory, cpus: seen.cpus,
            cpuModel: seen.cpuModel, cpu: seen.cpu, networks: seen.networks, bridges: seen.bridges,
            domains: seen.domains.map { domain in
                self.domain(domain, like: found.domains.first { $0.uuid == domain.uuid })
            }, processes: processes, memo: seen.memo, inFlight: seen.inFlight, witnesses: seen.witnesses,
            storage: storage, storageLock: lock)
        node.access = seen.access.map { access($0, like: found.access) }
        node.uplinks = seen.uplinks
        node.iscsi = seen.iscsi.map { iscsi($0, like: found.iscsi) }
        return node
    }

    /// Names of processes are those of `found`, where both have one.
    private static func iscsi(
        _ seen: Seen<ObservedISCSI>, like found: Seen<ObservedISCSI>?
    ) -> Seen<ObservedISCSI> {
        guard let seen = seen.value else {
            // Why it is not known, a simulated node says in its own words.
            return found.flatMap { $0.value == nil ? $0 : nil } ?? seen
        }
        let users = Dictionary(
            (found?.value?.sessions ?? []).flatMap(\.devices).map { ($0.name, $0.users) }, uniquingKeysWith: { $1 })
        let sessions = seen.sessions.map { session in
            ISCSISession(
                number: session.number, target: session.target, portal: session.portal, state: session.state,
                devices: session.devices.map { device in
                    let processes = users[device.name]?.filter { $0.kind == .process } ?? []
                    let isUsed = device.users.contains { $0.kind == .process }
                    let others = device.users.filter { $0.kind != .process }
                    return ISCSIDevice(
                        name: device.name, lun: device.lun, wwid: device.wwid, bytes: device.bytes,
                        state: session.state == .loggedIn ? "running" : "blocked",
                        users: isUsed && !processes.isEmpty ? processes + others : device.users)
                })
        }
        return .known(ObservedISCSI(initiator: seen.initiator, sessions: sessions, records: seen.records))
    }

    /// What was hidden of a config line cannot be shown again, only that the line is there.
    private static func access(_ seen: ObservedAccess, like found: ObservedAccess?) -> ObservedAccess {
        let isAlike = seen.config.value?.map(\.description) == found?.config.value?.map(\.description)
        return ObservedAccess(
            own: seen.own, authorized: seen.authorized, trustsOthers: seen.trustsOthers, host: seen.host,
            peers: seen.peers, config: isAlike ? found?.config ?? seen.config : seen.config)
    }

    private static func domain(_ seen: ObservedDomain, like found: ObservedDomain?) -> ObservedDomain {
        var definition = seen.seen
        switch (seen.seen, found?.seen) {
        case (.notUnderstood, .notUnderstood(let why)?): definition = .notUnderstood(why)
        case (.understood(var read), .understood(let other)?):
            // A saved scan may have been written without lines.
            for index in read.disks.indices where other.disks.indices.contains(index) {
                read.disks[index].line = other.disks[index].line
            }
            definition = .understood(read)
        default: break
        }
        var domain = ObservedDomain(
            uuid: seen.uuid, name: seen.name, state: seen.state, isPersistent: seen.isPersistent,
            isAutostarted: seen.isAutostarted, hasManagedSave: seen.hasManagedSave, job: seen.job, seen: definition)
        domain.documents = seen.documents ?? found?.documents
        return domain
    }
}
