internal import Reconciler
internal import StateSpec

/// The lock script on a simulated node: it holds the lock while heartbeats arrive.
///
/// Touched by the thread of its virtual time alone, which is what makes it sendable.
final class LockProcess: @unchecked Sendable {
    private let cluster: SimulatedCluster
    private let node: SimulatedNode
    private let connection: Connection
    private var token = ""
    private var name: ClusterName?
    private(set) var run = ""
    private var holder = ""
    private var limit: Int64 = 15_000
    private var lastHeard: Int64
    private var pending: [UInt8] = []
    private var hasEnded = false

    init(_ cluster: SimulatedCluster, _ node: SimulatedNode, _ connection: Connection) {
        self.cluster = cluster
        self.node = node
        self.connection = connection
        lastHeard = cluster.time.milliseconds
    }

    /// Takes the lock, or says who holds it.
    func begin(_ bytes: [UInt8]) async {
        var input = ScriptInput(bytes)
        guard let head = input.lines(3), let name = try? ClusterName(head[1]), let seconds = Int64(head[2]) else {
            return end()
        }
        token = head[0]
        limit = seconds * 1_000
        self.name = name
        while let line = input.line(), !line.isEmpty {
            holder += line + "\n"
            if line.hasPrefix("run=") { run = String(line.dropFirst(4)) }
        }
        if Guard.oneHolder.isOn, let other = node.locks[name], other !== self {
            do { try await cluster.pause(1_000...1_000) } catch { return end() }
            if let other = node.locks[name] {
                connection.reply("\(token) held\n\(other.holder)\n\(token) end\n")
                return end()
            }
        }
        guard node.boot != nil, !hasEnded else { return end() }
        node.locks[name] = self
        cluster.happened(.locked(node.name, run: run))
        heard()
        connection.reply("\(token) locked \(node.memory(of: name).epoch?.number ?? 0)\n")
    }

    private var isHolding: Bool { name.map { node.locks[$0] === self } ?? false }

    /// Takes in what the run has sent.
    func receive(_ bytes: [UInt8]) {
        guard isHolding, let name else { return }
        pending += bytes
        while let first = pending.first {
            if first == UInt8(ascii: "e") {
                guard pending.count >= 21 else { return }
                let digits = pending[1..<21].prefix { $0 != 0x0A }
                pending.removeFirst(21)
                accept(Int64(String(decoding: digits, as: UTF8.self)), name)
            } else {
                pending.removeFirst()
                heard()
                connection.reply("\(token) beat\n")
            }
        }
    }

    private func accept(_ number: Int64?, _ name: ClusterName) {
        guard let number else { return end() }
        let known = node.memory(of: name).epoch?.number ?? 0
        if number <= known, Guard.epochsOnlyGrow.isOn { return connection.reply("\(token) stale\n") }
        node.memories[name, default: SimulatedMemory()].epoch = (number, run)
        connection.reply("\(token) accepted\n")
    }

    private func heard() {
        lastHeard = cluster.time.milliseconds
        cluster.time.after(limit) { [weak self] in self?.giveUpIfUnheard() }
    }

    private func giveUpIfUnheard() {
        if cluster.time.milliseconds - lastHeard >= limit { end() }
    }

    /// Gives the lock up and hangs up.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        if isHolding, let name {
            node.locks[name] = nil
            cluster.happened(.unlocked(node.name, run: run))
        }
        connection.endOfOutput()
    }
}
