public import Reconciler
public import StateSpec
internal import Synchronization

/// The records in a directory, as YAML that people can read.
///
/// Each file is replaced as a whole under a lock; reading needs no lock and no right to write.
public final class FileRecordStore: RecordStore {
    /// Where records are kept unless the configuration says otherwise.
    public static let defaultDirectory = "/var/lib/havirt"

    let directory: Directory
    let run: RunID
    private let lock: FileLock
    private let nodesCache = RecordCache(RecordFile.nodes)
    private let populationCache = RecordCache(RecordFile.population)
    private let domainsCache = RecordCache(RecordFile.domains)
    private let commonCache = RecordCache(RecordFile.common)

    /// The records in `directory`, which is made when something is first written.
    public init(
        directory: String = FileRecordStore.defaultDirectory, run: RunID, lockWait: Duration = .seconds(10)
    ) {
        self.directory = Directory(path: directory)
        self.run = run
        lock = FileLock(path: directory + "/.lock", holder: "run \(run)", wait: lockWait)
    }

    /// What earlier rounds left behind; nothing when nothing was ever recorded.
    public func recall() throws -> Recollection { try load(withPopulation: false).recollection }

    /// Records a scan: resources, population, members, sightings. Newer sightings win.
    public func record(_ observed: ObservedCluster) throws {
        try update { $0.merge(observed, run: run) }
    }

    /// Records that domains are about to be acted on: what was sighted of them permits nothing until they are seen again.
    public func record(unsettled domains: [DomainUUID], at moment: Timestamp) throws {
        try update { $0.unsettle(domains, at: moment) }
    }

    /// Records the epoch that a run claimed, and whether it met another run's.
    public func record(epochs: EpochRecord) throws {
        try update { $0.common.epochs = epochs }
    }

    /// Records the commit that the nodes were made to remember as applied. An older one changes nothing.
    public func record(applied: AppliedCommit) throws {
        try update { $0.note(applied) }
    }

    /// Records how starts ended.
    public func record(failures: [StartFailure]) throws {
        try update { $0.common.failures = failures }
    }

    /// The nodes, for listings.
    public func nodes() throws -> [NodeName: NodeRecord] { try nodesCache.read(directory) ?? [:] }

    /// Which domain is on which node, for listings.
    public func population() throws -> [NodeName: PopulationRecord] { try populationCache.read(directory) ?? [:] }

    /// The domains, for listings.
    public func domains() throws -> [DomainUUID: DomainRecord] { try domainsCache.read(directory) ?? [:] }

    private func update(_ change: (inout RecordSet) -> Void) throws {
        try directory.prepare()
        try lock.hold {
            var records = try load(withPopulation: true)
            change(&records)
            // The order matters when we are killed in between: last answers that are newer than the sightings only
            // forbid, sightings that are newer than the last answers would permit (rule S2).
            try nodesCache.write(records.nodes, directory)
            try populationCache.write(records.population, directory)
            try commonCache.write(records.common, directory)
            try domainsCache.write(records.domains, directory)
        }
    }

    /// Read without a lock, hence in the reverse order of writing, for the same reason.
    private func load(withPopulation: Bool) throws(StoreError) -> RecordSet {
        let domains = try domainsCache.read(directory)
        var records = RecordSet()
        records.common = try commonCache.read(directory) ?? records.common
        if withPopulation { records.population = try populationCache.read(directory) ?? [:] }
        let nodes = try nodesCache.read(directory)
        if domains != nil, nodes == nil {
            throw .incomplete(
                missing: directory.file(RecordFile.nodes.name), present: directory.file(RecordFile.domains.name))
        }
        records.domains = domains ?? [:]
        records.nodes = nodes ?? [:]
        return records
    }
}
