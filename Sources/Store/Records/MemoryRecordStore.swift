public import Reconciler
public import StateSpec
internal import Synchronization

/// Records that are kept in memory, for simulations: merged as those on disk are, and gone with the process.
public final class MemoryRecordStore: RecordStore {
    private let records = Mutex(RecordSet())
    private let run: RunID

    /// Nothing recorded yet.
    public init(run: RunID) { self.run = run }

    /// What earlier rounds left behind.
    public func recall() throws -> Recollection { records.withLock { $0.recollection } }

    /// Records a scan.
    public func record(_ observed: ObservedCluster) throws { records.withLock { $0.merge(observed, run: run) } }

    /// Records that domains are about to be acted on.
    public func record(unsettled domains: [DomainUUID], at moment: Timestamp) throws {
        records.withLock { $0.unsettle(domains, at: moment) }
    }

    /// Records the epoch that a run claimed.
    public func record(epochs: EpochRecord) throws { records.withLock { $0.common.epochs = epochs } }

    /// Records the commit that the nodes were made to remember.
    public func record(applied: AppliedCommit) throws { records.withLock { $0.note(applied) } }

    /// Records how starts ended.
    public func record(failures: [StartFailure]) throws { records.withLock { $0.common.failures = failures } }

    /// Which domains are expected on which node, and whether they run.
    public func expected() -> [NodeName: [DomainUUID: Bool]] {
        records.withLock { records in
            records.population.mapValues { $0.domains.mapValues { $0.state.state == "running" } }
        }
    }
}
