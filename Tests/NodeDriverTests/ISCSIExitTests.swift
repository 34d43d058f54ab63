import Reconciler
import Testing

@Suite("exit statuses of iscsiadm")
struct ISCSIExitTests {
    /// From status 0 to 33, in tens: `+` is done, `?` is told by the sessions, `~` passes, `-` lasts.
    static let tables: [(operation: ISCSIExit.Operation, meanings: String)] = [
        (.login, "+---~---~- -~---?--~- ~--------~ ---~"),
        (.logout, "+-?------- ~-------~- ~?------~~ --~-"),
        (.record, "+-----~--- --------~- ~?-------- ----"),
        (.rescan, "+--------- --------~- ~--------- ----"),
        (.discovery, "+---~---~- -~------~- ~--------~ ---~"),
    ]

    @Test("what follows from each of the 34, for each operation", arguments: tables)
    func meanings(_ table: (operation: ISCSIExit.Operation, meanings: String)) {
        let expected = table.meanings.filter { $0 != " " }
        let found = (Int32(0)...33).map { status in
            switch ISCSIExit(status).meaning(for: table.operation) {
            case .done: "+"
            case .seeSessions: "?"
            case .passing: "~"
            case .lasting: "-"
            }
        }
        #expect(found.joined() == expected)
        // What no open-iscsi has, and what timeout(1) and signals give, is never taken for done.
        for status: Int32 in [34, 124, 137, 143, 255, -1] {
            guard case .lasting = ISCSIExit(status).meaning(for: table.operation) else {
                Issue.record("\(status)")
                continue
            }
        }
    }

    @Test("each has words, and two that have them never the same")
    func words() {
        let all = (Int32(1)...33).map { ISCSIExit($0).words }
        let own = all.filter { $0 != "iscsiadm failed" }
        #expect(all.allSatisfy { !$0.isEmpty } && own.count >= 22)
        #expect(Set(own).count == own.count)
    }
}
