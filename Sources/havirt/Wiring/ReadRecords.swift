import Reconciler

/// The records as they are, for a look on behalf of wishes that nobody may follow yet: which hosts are asked then is the
/// word of whoever wrote them, and nothing that those say of the cluster is learnt.
struct ReadRecords: RecordStore {
    private let records: any RecordStore

    init(_ records: any RecordStore) { self.records = records }

    func recall() throws -> Recollection { try records.recall() }

    func record(_ observed: ObservedCluster) {}
    func record(epochs: EpochRecord) {}
    func record(applied: AppliedCommit) {}
    func record(failures: [StartFailure]) {}
}
