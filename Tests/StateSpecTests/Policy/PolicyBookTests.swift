import FoundationEssentials
import Testing

@testable import StateSpec

/// `docs/xml-policy.md` has every word and every key.
@Suite struct PolicyBookTests {
    private func rows() throws -> [String] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let text = try String(decoding: Data(contentsOf: URL(filePath: root + "/docs/xml-policy.md")), as: UTF8.self)
        return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { row in
            row.split(separator: "`").dropFirst().first.map(String.init)
        }
    }

    @Test func everyWordIsThere() throws {
        let words = PolicyException.allCases.map(\.rawValue).sorted()
        let keys = XMLPolicy.keys.filter { $0 != "disks" } + XMLPolicy.diskKeys.map { "disks: \($0)" }
        #expect(try rows().sorted() == (words + keys).sorted())
    }
}
