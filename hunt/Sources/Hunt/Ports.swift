import Reconciler
import SimulatedCluster
import StateSpec
import Store
import Synchronization

/// Records and a journal of one process: out of reach once it was killed.
struct ProcessRecords: RecordStore {
    let store: MemoryRecordStore
    let controller: SimulatedController
    let process: Int

    func recall() throws -> Recollection {
        try demand()
        return try store.recall()
    }

    func record(_ observed: ObservedCluster) throws {
        try demand()
        try store.record(observed)
    }

    func record(unsettled domains: [DomainUUID], at moment: Timestamp) throws {
        try demand()
        try store.record(unsettled: domains, at: moment)
    }

    func record(epochs: EpochRecord) throws {
        try demand()
        try store.record(epochs: epochs)
    }

    func record(applied: AppliedCommit) throws {
        try demand()
        try store.record(applied: applied)
    }

    func record(failures: [StartFailure]) throws {
        try demand()
        try store.record(failures: failures)
    }

    private func demand() throws {
        guard controller.isAlive(process) else { throw Gone() }
    }
}

/// The process was killed.
struct Gone: Error {}

/// The disk is full.
struct NoSpace: Error {}

/// A journal in memory, on a disk that may be full.
final class MemoryJournal: Journal {
    let isFull = Mutex(false)
    private let entries = Mutex<[JournalEntry]>([])

    func append(_ entry: JournalEntry) throws {
        if isFull.withLock({ $0 }) { throw NoSpace() }
        entries.withLock { $0.append(entry) }
    }

    /// The intents of a run so far.
    func intents(of run: String) -> Int {
        entries.withLock { $0.filter { $0.run.text == run && $0.kind == .intent }.count }
    }
}

/// The journal as one process reaches it.
struct ProcessJournal: Journal {
    let journal: MemoryJournal
    let controller: SimulatedController
    let process: Int

    func append(_ entry: JournalEntry) throws {
        guard controller.isAlive(process) else { throw Gone() }
        try journal.append(entry)
    }
}
