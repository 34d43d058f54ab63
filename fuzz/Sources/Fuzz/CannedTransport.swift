import Reconciler
import StateSpec

/// A node that answers every question with the same bytes. The token of recorded answers becomes that of the question,
/// or nothing but the first marker would ever be reached.
struct CannedTransport: Transport {
    static let recordedToken = Array("0123456789abcdef0123456789abcdef".utf8)

    let output: [UInt8]
    let status: Int32

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        let token = Array(request.input.prefix { $0 != 0x0A })
        return NodeReply(status: status, output: Self.exchange(token, in: output), errorOutput: [])
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        CannedSession(lines: output, token: Array(request.input.prefix { $0 != 0x0A }))
    }

    static func exchange(_ token: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard token.count == recordedToken.count, bytes.count >= token.count else { return bytes }
        var bytes = bytes
        var index = 0
        while index + token.count <= bytes.count {
            if bytes[index] == recordedToken[0], bytes[index..<(index + token.count)].elementsEqual(recordedToken) {
                bytes.replaceSubrange(index..<(index + token.count), with: token)
                index += token.count
            } else {
                index += 1
            }
        }
        return bytes
    }
}

/// A session that says its lines and ends.
private actor CannedSession: NodeSession {
    private var lines: [[UInt8]]

    init(lines: [UInt8], token: [UInt8]) {
        self.lines = CannedTransport.exchange(token, in: lines).split(separator: 0x0A).map(Array.init).reversed()
    }

    func send(_ bytes: [UInt8]) async throws(NodeError) {}
    func readLine(deadline: Duration) async throws(NodeError) -> [UInt8]? { lines.popLast() }
    func close() async {}
}
