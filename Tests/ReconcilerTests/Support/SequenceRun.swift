import StateSpec
import Testing

@testable import Reconciler

/// Plays a sequence on a model cluster, with the real round, chooser of commits, planner and executor.
final class SequenceRun {
    let branch = FakeBranch()
    let cluster: FakeCluster
    /// Everything that came of it, line by line.
    var lines: [String] = []
    var runs = 0
    var saved: SavedPlan?

    init() {
        let desired = DesiredState(cluster: ClusterSpec(name: "rack1"), nodes: [], domains: [])
        cluster = FakeCluster(World([]), desired, branch: branch)
        branch.commit(["cluster.yaml": Array("name: rack1\n".utf8)])
    }

    func play(_ line: String, _ event: SequenceEvent) async throws {
        lines.append("> \(line)")
        switch event {
        case .nodes, .git, .rewind, .fence: try change(event)
        case .put, .gone, .moved: try touch(event)
        case .silent, .answers, .off, .on, .locked, .unlocked: try affect(event)
        case .wait(let seconds): cluster.with { $0.advance(to: $0.world.milliseconds + seconds * 1_000) }
        case .fault(let verb, let how, let name):
            cluster.with { $0.hook = Self.hook(verb, how, name.map { Self.uuid(of: $0.text) }) }
        case .noFault, .journal(isFull: false): cluster.with { $0.hook = { _, _ in nil } }
        case .journal(isFull: true):
            cluster.with { $0.hook = { moment, _ in if case .journal = moment { .full } else { nil } } }
        case .plan, .save: await show { try await self.cluster.round(self.nextRun()).plan() }
        case .apply(let isSaved, let options): await apply(isSaved ? saved : nil, options)
        }
    }

    // MARK: - What people commit

    private func change(_ event: SequenceEvent) throws {
        var files = branch.files
        switch event {
        case .nodes(let names):
            for (index, name) in names.enumerated() {
                files["nodes/\(name).yaml"] = Array("name: \(name)\n".utf8)
                cluster.with { $0.world.hosts[name] = Host(index: index) }
            }
        case .git(let file, let lines):
            files[file] = lines.isEmpty ? nil : Array(lines.map { $0 + "\n" }.joined().utf8)
            let xml = file.replacing(".yaml", with: ".xml")
            if file.hasPrefix("domains/"), xml != file {
                if lines.isEmpty { files[xml] = nil } else if files[xml] == nil { files[xml] = self.xml(of: xml) }
            }
        case .fence(let name):
            let (boot, now) = cluster.with { ($0.world.hosts[name]?.bootID, $0.world.now) }
            // Later than the node's last answer: who gives the word has looked first.
            let since = now + Seconds(1)
            let text = "fenced: {bootId: \(boot?.description ?? ""), since: \"\(since)\", by: ann, reason: off}\n"
            files["nodes/\(name).yaml"] = Array(text.utf8)
        default: branch.rewind()
        }
        if case .rewind = event {} else { branch.commit(files) }
        let desired = try branch.load(try branch.tip()).state
        cluster.with { if let desired { $0.loaded.desired = desired } }
    }

    /// A domain whose uuid and disk follow from its name.
    private func xml(of file: String) -> [UInt8] {
        let name = file.dropFirst("domains/".count).dropLast(".xml".count)
        return Array(
            """
            <domain type='kvm'>
              <name>\(name)</name>
              <uuid>\(Self.uuid(of: String(name)))</uuid>
              <memory unit='GiB'>2</memory>
              <vcpu>1</vcpu>
              <os><type machine='pc-q35-7.2'>hvm</type></os>
              <devices>
                <disk type='block' device='disk'><source dev='/dev/disk/\(name)'/><target dev='vda'/></disk>
                <interface type='network'><source network='lan'/></interface>
              </devices>
            </domain>

            """.utf8)
    }

    static func uuid(of name: String) -> DomainUUID {
        .numbered(Int(name.filter(\.isNumber)) ?? 1)
    }

    func spec(_ name: DomainName) throws -> DomainSpec {
        let uuid = Self.uuid(of: name.text)
        guard let spec = cluster.with({ $0.loaded.desired.domains.first { $0.uuid == uuid } }) else {
            throw ScenarioError("no domain \(name)")
        }
        return spec
    }
}
