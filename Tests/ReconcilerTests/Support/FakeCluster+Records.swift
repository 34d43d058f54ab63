import StateSpec

@testable import Reconciler

/// Why a record of the model cannot be written.
struct DiskFull: Error {}

extension FakeCluster: Journal {
    func append(_ entry: JournalEntry) throws {
        if case .full = happen(.journal(entry.kind, step: entry.step)) { throw DiskFull() }
        with { $0.journal.append(entry) }
    }
}

extension FakeCluster: RecordStore {
    func recall() throws -> Recollection { with { $0.recalled } }

    func record(_ observed: ObservedCluster) throws {
        with { state in
            for (name, reading) in observed.nodes {
                guard case .answered(let node, let moment) = reading else { continue }
                if let applied = node.memo.applied, state.recalled.applied.map({ $0.at < applied.at }) ?? true {
                    state.recalled.applied = applied
                }
                state.recalled.members.removeAll { $0.name == name }
                state.recalled.members.append(
                    Member(
                        name: name, ssh: name.text, hostUUID: node.hostUUID, bootID: node.bootID, lastAnswer: moment,
                        isRetired: false))
                for domain in node.domains where domain.activity.holdsDisks {
                    state.recalled.sightings.removeAll { $0.uuid == domain.uuid }
                    state.recalled.sightings.append(
                        Sighting(uuid: domain.uuid, node: name, bootID: node.bootID, at: moment))
                }
            }
        }
    }

    func record(epochs: EpochRecord) throws { with { $0.recalled.epochs = epochs } }

    func record(applied: AppliedCommit) throws { with { $0.recalled.applied = applied } }

    func record(failures: [StartFailure]) throws { with { $0.recalled.failures = failures } }
}

extension FakeCluster: DesiredSource {
    func load(applied: [AppliedCommit]) async throws(DesiredSourceError) -> LoadedCommit {
        _ = happen(.load)
        var (loaded, history) = with { ($0.loaded, $0.history) }
        if !applied.isEmpty, let previous = with({ $0.loadedAfterMemo }) { loaded.previous = previous }
        if let unknown = applied.first(where: { !history.contains($0.commit) }) {
            throw DesiredSourceError("the branch does not descend from the applied commit \(unknown.commit.short)")
        }
        return loaded
    }

    func departed(_ traces: [DomainTrace], from commit: ReadableCommit) throws(DesiredSourceError) -> [DepartedDomain] {
        with { $0.loaded.departed }
    }
}
