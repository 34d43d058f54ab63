import Foundation
import Reconciler
import StateSpec
import Testing

@testable import Store

/// Short ways to values that tests need.
enum Sample {
    static func run(_ text: String = "r1") throws -> RunID { try RunID(text) }
    static func node(_ text: String) throws -> NodeName { try NodeName(text) }
    static func time(_ seconds: Int64) -> Timestamp { Timestamp(secondsSinceEpoch: 1_790_000_000 + seconds) }

    static func uuid(_ number: Int) throws -> DomainUUID {
        let digits = String(number)
        let tail = String(repeating: "0", count: 12 - digits.count) + digits
        return try #require(DomainUUID("00000000-0000-4000-8000-\(tail)"))
    }

    static func commit(_ digit: Character) throws -> ObjectID {
        try #require(ObjectID(String(repeating: digit, count: 40)))
    }

    static func domain(
        _ number: Int, name: String = "web", _ state: String = "running", _ reason: String = "booted",
        job: String? = nil
    ) throws -> ObservedDomain {
        let definition = DomainDefinition(
            type: "kvm", memory: MemorySize(mebibytes: 1536), vcpus: 2,
            graphics: [DomainGraphics(type: "vnc", port: 5901)])
        return ObservedDomain(
            uuid: try uuid(number), name: name, state: ObservedState(state, reason), job: job, definition: definition)
    }

    /// A node whose host and boot are told by numbers.
    static func observed(
        host: Int = 901, boot: Int = 801, hostName: String = "n1.example", domains: [ObservedDomain] = [],
        processes: [DomainUUID] = [], memo: NodeMemo = NodeMemo()
    ) throws -> ObservedNode {
        ObservedNode(
            hostUUID: try uuid(host), bootID: try uuid(boot), hostName: hostName, uptime: Seconds(100),
            clock: time(0), versions: HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"),
            memory: MemorySize(kibibytes: 16_309_244), cpus: 8, cpuModel: "Skylake-Client-IBRS", domains: domains,
            processes: processes, memo: memo)
    }

    static func scan(_ at: Int64, _ nodes: [String: Reading]) throws -> ObservedCluster {
        var readings: [NodeName: Reading] = [:]
        for (name, reading) in nodes { readings[try node(name)] = reading }
        return ObservedCluster(takenAt: time(at), nodes: readings)
    }

    static func member(
        _ name: String, host: Int = 901, boot: Int = 801, at: Int64, isRetired: Bool = false, heardAt: Int64? = nil
    ) throws -> Member {
        Member(
            name: try node(name), ssh: "root@\(name)", hostUUID: try uuid(host), bootID: try uuid(boot),
            lastAnswer: time(at), isRetired: isRetired, heardAt: heardAt.map(time))
    }
}

/// A directory that goes with the test.
final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("havirt-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func store(_ run: String = "r1", wait: Duration = .seconds(10)) throws -> FileRecordStore {
        FileRecordStore(directory: path, run: try Sample.run(run), lockWait: wait)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
