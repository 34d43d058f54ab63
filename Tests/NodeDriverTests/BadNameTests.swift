import FoundationEssentials
import Reconciler
import StateSpec
import Testing

@testable import NodeDriver

/// Names that git may not give, seen on a node: each is counted, shown escaped, and in no command.
@Suite("bad names on a node")
struct BadNameTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        let id: String
        let kind: String
        let input: String

        var testDescription: String { id }
    }

    static let names: [Row] = {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        let path = tests.joined(separator: "/") + "/StateSpecTests/Data/bad-inputs.json"
        do {
            let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(filePath: path)))
            return rows.filter { $0.kind == "name" }
        } catch {
            preconditionFailure("\(path): \(error)")
        }
    }()

    private let good = "5ca10000-0000-4000-8000-000000000001"
    private let bad = "5ca10000-0000-4000-8000-000000000002"

    @Test("all of them are known") func count() {
        #expect(Self.names.count == 24)
    }

    @Test("counted, escaped, never in a command", arguments: names)
    func onANode(row: Row) async throws {
        let local = try LocalNode()
        try local.add(good, name: "web1", isActive: true, state: "running (booted)")
        try local.add(bad, name: Self.inXML(row.input), isActive: true, state: "running (booted)")
        let node = try await observed(local)
        #expect(node.domains.map(\.uuid.description) == [good, bad])
        #expect(node.domains.allSatisfy { $0.activity == .active })
        // What XML cannot hold, or a parser folds, is not understood; no name is guessed.
        let name = try #require(node.domains.last).name
        #expect(name == row.input || name == bad, "\(name.debugDescription)")

        let text = PlanText.render(try plan(node))
        let line = try #require(
            text.split(separator: "\n").first { $0.contains("[unmanaged]") && !$0.contains("web1") })
        let shown = name == bad ? bad : Escaped(row.input).description
        #expect(line.contains("\(shown) is running (booted) on alpha"), "\(line)")
        #expect(
            text.unicodeScalars.allSatisfy {
                $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
            })
        #expect(
            text.split(separator: "`").enumerated().allSatisfy { $0.offset % 2 == 0 || !$0.element.contains(shown) })
        // Nor did any call of virsh bear it.
        #expect(name.isEmpty || !local.calls.contains { $0.contains(" \(name) ") && name != bad })
    }

    @Test("B161: a name that is no UTF-8 stays one domain, and is shown byte for byte")
    func notUTF8() async throws {
        let local = try LocalNode()
        try local.add(bad, name: "v?m", isActive: true, state: "running (booted)")
        let answer = "\(local.folder)/answers/dumpxml \(bad)"
        try writeFile(answer, try readFile(answer).map { $0 == UInt8(ascii: "?") ? 0xFF : $0 })
        let domain = try #require(try await observed(local).domains.first)
        #expect(domain.uuid.description == bad)
        #expect(domain.name == "v\\xffm")
    }

    /// As libvirt would print it.
    private static func inXML(_ name: String) -> String {
        name.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\r", with: "&#13;")
    }

    private func observed(_ local: LocalNode) async throws -> ObservedNode {
        let scan = await VirshHypervisor(transport: local).scan(
            NodeSpec(name: try NodeName("alpha")), of: try ClusterName("demo"), deadline: Seconds(300))
        guard case .answered(let node) = scan else {
            Issue.record("\(scan)")
            throw TestFileError(path: "\(scan)")
        }
        return node
    }

    /// A plan for a cluster that knows none of its domains.
    private func plan(_ node: ObservedNode) throws -> Plan {
        let now = Timestamp(secondsSinceEpoch: 1_800_000_000)
        let alpha = NodeSpec(name: try NodeName("alpha"))
        let desired = DesiredState(cluster: ClusterSpec(name: try ClusterName("demo")), nodes: [alpha], domains: [])
        let observed = ObservedCluster(takenAt: now, nodes: [alpha.name: .answered(node, at: now)])
        return Plan.make(PlanRequest(desired: desired, observed: observed, now: now))
    }
}
