import Reconciler
import StateSpec

/// Findings as JUnit's XML, which CI systems show: a case for each finding, and one that passed for each code without.
enum JUnit {
    static func render(
        _ rows: [ValidationReport.Row], of codes: [AlertCode], cluster: ClusterName, failOn: Severity
    ) -> String {
        let found = Set(rows.map(\.code))
        let passed = codes.map(\.rawValue).filter { !found.contains($0) }
        let failures = rows.count { $0.severity >= failOn }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuite name=\"cluster validate \(cluster)\" tests=\"\(rows.count + passed.count)\""
        text += " failures=\"\(failures)\" errors=\"0\">\n"
        for row in rows { text += testCase(row, fails: row.severity >= failOn) }
        for code in passed { text += "  <testcase classname=\"\(code)\" name=\"\(code)\"/>\n" }
        return text + "</testsuite>\n"
    }

    private static func testCase(_ row: ValidationReport.Row, fails: Bool) -> String {
        let place = row.object + (row.node.map { " on \($0)" } ?? "")
        let details = ([row.message] + (row.hint.map { [$0] } ?? []) + (row.fix ?? []).map { "  $ \($0)" })
            .joined(separator: "\n")
        let body =
            fails
            ? "<failure type=\"\(row.severity.rawValue)\" message=\"\(escape(row.message))\">\(escape(details))</failure>"
            : "<system-out>\(escape(details))</system-out>"
        return "  <testcase classname=\"\(escape(row.code))\" name=\"\(escape(place))\">\(body)</testcase>\n"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
