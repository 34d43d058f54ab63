import NodeDriver
import Reconciler
import StateSpec
import Store

/// What havirt itself does with the answer of one node: no ssh, no child, no node.
enum ReplayBench {
    static func run(answerFile: String) async throws -> [Row] {
        guard let answer = FileText.bytes(answerFile) else { throw BenchError("cannot read \(answerFile)") }
        let transport = Replay(answer: answer)
        let node = NodeSpec(name: try NodeName("n1"))
        let rounds = 200
        let cold = try await measure(rounds) {
            try await scan(node, VirshHypervisor(transport: transport, clock: SystemClock()))
        }
        let hypervisor = VirshHypervisor(transport: transport, clock: SystemClock())
        let again = try await measure(rounds) { try await scan(node, hypervisor) }
        return [
            Row("read a node's answer, all new", cold * 1e3, "ms CPU", limit: 5, comparison: "libxml2 alone 1.6"),
            Row("read a node's answer, nothing changed", again * 1e3, "ms CPU", limit: 1),
        ]
    }

    private static func measure(_ rounds: Int, _ body: () async throws -> Void) async throws -> Double {
        let start = Meter.ownSeconds
        for _ in 0..<rounds { try await body() }
        return (Meter.ownSeconds - start) / Double(rounds)
    }

    private static func scan(_ node: NodeSpec, _ hypervisor: VirshHypervisor) async throws {
        let answer = await hypervisor.scan(node, of: try ClusterName("bench"), deadline: Seconds(60))
        if case .silent(let silence) = answer { throw BenchError("the recorded answer is none: \(silence)") }
    }
}

/// A node that always gives the same answer, under the token that it is asked with.
private struct Replay: Transport {
    /// The answer, cut at its token.
    private let parts: [ArraySlice<UInt8>]

    init(answer: [UInt8]) {
        let token = Array(answer.prefix { $0 != UInt8(ascii: ":") })
        var parts: [ArraySlice<UInt8>] = []
        var start = 0
        for index in answer.indices where answer[index...].starts(with: token) {
            parts.append(answer[start..<index])
            start = index + token.count
        }
        parts.append(answer[start...])
        self.parts = parts
    }

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let token = request.input.prefix { $0 != 0x0A }
        return NodeReply(status: 0, output: Array(parts.joined(separator: token)), errorOutput: [])
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        throw .transport(Silence(.unreachable, "a recording has no session"))
    }
}
