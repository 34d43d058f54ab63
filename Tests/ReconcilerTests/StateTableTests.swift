import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// The state table, row by row from the list that was made from libvirt's own tables.
@Suite struct StateTableTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        let state: String
        let reasons: [String]
        let klass: String
        let note: String

        var testDescription: String { "\(state) (\(reasons.joined(separator: "|")))" }

        var states: [ObservedState] { reasons.map { ObservedState(state, $0) } }
    }

    static let rows: [Row] = {
        do {
            let data = try Data(contentsOf: URL(filePath: ScenarioFolder.root + "/virsh-states.json"))
            return try JSONDecoder().decode([Row].self, from: data)
        } catch {
            preconditionFailure("the state table cannot be read: \(error)")
        }
    }()

    @Test(arguments: rows) func meansWhatTheTableSays(_ row: Row) throws {
        for state in row.states {
            let activity = state.activity
            switch row.klass {
            case "HOLD": #expect(activity == .transition, "\(state)")
            case "CRITICAL": #expect(activity == .critical, "\(state)")
            case "ACTIVE": #expect(activity == .active, "\(state)")
            case "ACTIVE (stopping)": #expect(activity == .stopping, "\(state)")
            case "ACTIVE + alarm": #expect(activity == .alarm, "\(state)")
            case "PINNED": #expect(activity == .saved, "\(state)")
            case let klass where klass.hasPrefix("ACTIVE (paused by a person"):
                #expect(activity == .pausedByUser, "\(state)")
            case let klass where klass.hasPrefix("INACTIVE"): #expect(activity == .inactive, "\(state)")
            default: Issue.record("a class that the test does not know: \(row.klass)")
            }
        }
    }

    @Test func theTableIsWhole() {
        let listed = Self.rows.flatMap(\.states).filter { $0.state != "(any other word)" }
        #expect(
            Set(Self.rows.map(\.state)).isSuperset(of: [
                "no state", "running", "idle", "paused", "in shutdown", "shut off", "crashed", "pmsuspended",
            ]))
        #expect(Set(listed) == Set(ObservedState.known))
    }

    /// Nothing but the words of the table may ever read as "holds nothing".
    @Test(arguments: [
        ObservedState("shut off", "migrating"), ObservedState("shut off", ""), ObservedState("Shut off", "shutdown"),
        ObservedState("shut off ", "shutdown"), ObservedState("shutoff", "unknown"), ObservedState("", ""),
        ObservedState("ausgeschaltet", "zerstört"), ObservedState("shut off", "shutdown\r"),
        ObservedState("running", "Booted"), ObservedState("paused", "some new reason"),
        ObservedState("dying", "unknown"),
    ])
    func wordsOutsideTheTableAreHandsOff(_ state: ObservedState) {
        #expect(state.activity == .transition)
        #expect(state.activity.holdsDisks)
    }

    @Test func aJobMakesADomainThatHoldsDisksATransition() {
        for state in ObservedState.known {
            let domain = ObservedDomain(
                uuid: 1, name: "web", state: state, job: "Outgoing migration",
                definition: DomainDefinition(type: "kvm", memory: .gibibytes(1), vcpus: 1))
            switch state.activity {
            case .critical: #expect(domain.activity == .critical)
            case .inactive, .saved: #expect(domain.activity == state.activity)
            default: #expect(domain.activity == .transition, "\(state)")
            }
        }
    }
}
