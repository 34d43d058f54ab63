import FoundationEssentials
import Testing

@testable import StateSpec

/// What whoever can push may try. `HostileTests` of the lab shows that libvirt accepts each of these.
@Suite struct HostileDocumentTests {
    @Test func thereAreEnough() {
        #expect(HostileDocument.all.count >= 30)
    }

    /// No golden, no pass.
    @Test(arguments: HostileDocument.all)
    func isRefused(_ document: HostileDocument) throws {
        let findings = try document.findings()
        #expect(!findings.isEmpty)
        if ProcessInfo.processInfo.environment["HAVIRT_BLESS"] == "1" { try document.bless(findings) }
        #expect(try findings == document.golden())
    }

    /// The place is that of the element that the XPath names.
    @Test(arguments: HostileDocument.all)
    func thePlaceIsTheElements(_ document: HostileDocument) throws {
        let bytes = try document.bytes()
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for breach in HostileDocument.policy.breaches(of: bytes) {
            let path = try #require(breach.message.split(separator: " at /").last).split(separator: "/")
            let step = try #require(path.last { !$0.hasPrefix("@") })
            let name = step.prefix { $0 != "[" }
            let rest = lines[breach.mark.line - 1].dropFirst(breach.mark.column - 1)
            #expect(rest.hasPrefix("<\(name)"), "\(breach.message) is not at \(rest)")
        }
    }

    /// Without its trick nothing is left to refuse.
    @Test func thePolicyAllowsTheRest() throws {
        let plain = HostileDocument(name: "display-for-all")
        let text = String(decoding: try plain.bytes(), as: UTF8.self).replacing("0.0.0.0", with: "127.0.0.1")
        #expect(HostileDocument.policy.breaches(of: Array(text.utf8)) == [])
    }
}
