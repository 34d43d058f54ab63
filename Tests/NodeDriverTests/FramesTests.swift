import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

@Suite("an answer is whole or none")
struct FramesTests {
    static let complete = ["three-domains.raw", "no-domain.raw"]

    private func read(_ bytes: [UInt8], status: Int32 = 0) throws -> ScanAnswer {
        ScanAnswer.read(
            NodeReply(status: status, output: bytes, errorOutput: []),
            of: ScanRequest(
                token: try #require(Captures.token), cluster: try ClusterName("demo"), limit: Seconds(20), known: nil,
                depth: .round),
            old: nil)
    }

    // The last name ends its first half with CR, which XML reads as a line feed; identity is the uuid.
    @Test("recorded answers are read")
    func recorded() throws {
        guard case .answered(let node, let entry) = try read(try Captures.bytes("scan/three-domains.raw")) else {
            Issue.record("no answer")
            return
        }
        #expect(node.hostUUID.description == "00000000-0000-4000-8000-000000000002")
        #expect(node.hostName == "n2")
        #expect(node.cpuModel == "kvm64")
        #expect(node.cpu?.vendor == "AMD")
        #expect(node.cpu?.features.contains("avx512f") == true)
        #expect(node.versions == HypervisorVersions(libvirt: "9.0.0", hypervisor: "QEMU 7.2.22"))
        #expect(node.domains.map(\.name) == ["vm4", "vm5", "$(touch x) \n'ünï;`id`"])
        #expect(node.domains.map(\.state.description) == ["running (booted)", "shut off (unknown)", "paused (user)"])
        #expect(node.domains.map(\.isPersistent) == [false, true, true])
        #expect(node.domains.map(\.isAutostarted) == [false, true, false])
        #expect(node.networks.map(\.name) == ["default", "isolated net"])
        #expect(node.processes.count == 2)
        #expect(entry.known.map(\.isRunning) == [true, false, false])
    }

    @Test("a node that never had a domain answers with none")
    func none() throws {
        guard case .answered(let node, _) = try read(try Captures.bytes("scan/no-domain.raw")) else {
            Issue.record("no answer")
            return
        }
        #expect(node.domains.isEmpty)
    }

    @Test("told the wrong domains, the answer is unsteady; without libvirtd it is silence")
    func wrong() throws {
        guard case .unsteady = try read(try Captures.bytes("scan/told-wrong.raw")) else {
            Issue.record("not unsteady")
            return
        }
        guard case .silent(let silence) = try read(try Captures.bytes("scan/no-libvirtd.raw")) else {
            Issue.record("not silent")
            return
        }
        #expect(silence.cause == .hypervisor)
    }

    @Test("cut at any byte it is no answer", arguments: complete)
    func cut(file: String) throws {
        let bytes = try Captures.bytes("scan/\(file)")
        for count in 0..<bytes.count {
            guard case .silent = try read(Array(bytes.prefix(count))) else {
                Issue.record("cut after \(count) bytes")
                return
            }
        }
        // Nor with anything after its end, or without its beginning.
        guard case .silent = try read(bytes + [10]), case .silent = try read(Array(bytes.dropFirst(10))) else {
            Issue.record("more or less than an answer")
            return
        }
    }

    @Test("a hole anywhere never removes a domain from an answer")
    func holes() throws {
        let bytes = try Captures.bytes("scan/three-domains.raw")
        let domains = 3
        var random = SplitMix(seed: 7)
        for _ in 0..<1_500 {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let length = Int.random(in: 1...1_500, using: &random)
            let holed = Array(bytes[..<start] + bytes[min(bytes.count, start + length)...])
            if case .answered(let node, _) = try read(holed) { #expect(node.domains.count == domains) }
        }
    }

    @Test("damaged bytes never crash and never lose a domain")
    func damage() throws {
        let bytes = try Captures.bytes("scan/three-domains.raw")
        var random = SplitMix(seed: 11)
        for _ in 0..<1_500 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if case .answered(let node, _) = try read(damaged) { #expect(node.domains.count == 3) }
        }
        for size in [0, 1, 31, 32, 33, 4_096] {
            let garbage = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            guard case .silent = try read(garbage) else {
                Issue.record("garbage was an answer")
                return
            }
        }
    }

    @Test("frames in another order mean the same, a frame twice is none")
    func order() throws {
        let token = try #require(Captures.token)
        func mark(_ label: String, _ text: String = "") -> [UInt8] {
            token.bytes + Array(":\(label)/\(text)".utf8)
        }
        let frames = try Frames(
            Array("Welcome!\n".utf8) + mark("begin") + mark("b", "2") + mark("a", "1") + mark("end"), token: token)
        #expect(Array(try frames.frame("a")) == [0x31])
        #expect(Array(try frames.frame("b")) == [0x32])
        #expect(throws: Unreadable.self) { try frames.frame("c") }
        #expect(throws: Unreadable.self) {
            try Frames(mark("begin") + mark("a") + mark("a") + mark("end"), token: token)
        }
        // A marker of another request is text.
        let other = Array("ffffffffffffffffffffffffffffffff:a/".utf8)
        let odd = try Frames(mark("begin") + mark("a", "1") + other + mark("end"), token: token)
        #expect(try odd.frame("a").count == 1 + other.count)
    }
}

/// A small generator with a seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
