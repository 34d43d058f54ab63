import FoundationEssentials
import Testing

@testable import Reconciler

@Suite("codes of alerts")
struct AlertCodeTests {
    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        .joined(separator: "/") + "/Sources/Reconciler"

    /// Reasons that are no drift, or that `DomainDrift` has another code for.
    private static let translated: Set<String> = [
        "in-sync", "held", "not-selected", "makes-room", "balance", "bring-back", "cannot-return", "start-asked",
        "stop-asked", "restart-asked", "move-asked", "no-node", "keepalive", "wished-stopped", "pruned", "off-place",
        "drain", "retire",
        "no-place", "no-order", "in-flight", "stopping", "leftover-once",
        // About targets, which `SessionFindings` judges by what is seen.
        "session-everywhere", "session-needed", "session-refreshed", "session-idle", "session-departed", "rescan-asked",
        "lun-idle", "lun-gone",
    ]

    /// What stands in quotes after a text, in all sources.
    private static func quoted(after text: String) throws -> Set<String> {
        var found: Set<String> = []
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        for path in paths {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))
            for part in String(decoding: bytes, as: UTF8.self).split(separator: "\(text)\"").dropFirst() {
                found.insert(String(part.prefix { $0 != "\"" }))
            }
        }
        return found
    }

    @Test func noAlertHasACodeThatIsNotInTheTable() throws {
        // What a commit is refused for is a finding of lint.
        let lint: Set<String> = ["cluster-renamed", "node-removed"]
        let emitted = try Self.quoted(after: "code: ").subtracting(lint)
        #expect(emitted.count > 10)
        #expect(emitted.filter { AlertCode(rawValue: $0) == nil } == [])
    }

    @Test func everyReasonIsACodeOrHasOne() throws {
        let reasons = try Self.quoted(after: "Reason(").union(try Self.quoted(after: "Reason(\n            "))
        #expect(reasons.count > 25)
        #expect(reasons.subtracting(Self.translated).filter { AlertCode(rawValue: $0) == nil } == [])
    }

    @Test func codesAreInKebabCaseAndHaveAMeaning() {
        for code in AlertCode.allCases {
            #expect(code.rawValue.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D })
            #expect(!code.meaning.isEmpty && code.meaning.utf8.count <= 80, "\(code)")
        }
    }
}
