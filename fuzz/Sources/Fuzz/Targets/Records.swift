import FoundationEssentials
import Reconciler
import StateSpec
import Store

extension FuzzTarget {
    /// The files in `var/`: several machines write them, and a disk may have been full.
    static let records: [FuzzTarget] =
        [
            record("recollection.yaml") { _ = try $0.recall() },
            record("node.yaml") { _ = try $0.nodes() },
            record("node_population.yaml") { _ = try $0.population() },
            record("domain.yaml") { _ = try $0.domains() },
            file("journal", "journal.jsonl", [".jsonl"]) { folder in
                guard let entries = try? FileJournal(directory: folder).entries(limit: 100) else { return }
                demand(entries.count <= 100, "more entries than asked for")
            },
            FuzzTarget("import", corpus: ["Tests/CLITests/Data/original"], endings: [".yaml", ".xml"]) { bytes in
                let yaml = SpecFile(path: "node_population.yaml", bytes: bytes)
                let xml = SpecFile(path: "web1.xml", bytes: bytes)
                let tree = OriginalTree(records: SpecTree(files: [yaml]), definitions: SpecTree(files: [xml]))
                let base = AdoptionBase(tree: SpecTree(files: []), name: SampleCluster.desired.cluster.name)
                _ = try? Adoption.make(tree, base: base)
            },
        ]

    private static func record(
        _ name: String, read: @escaping @Sendable (FileRecordStore) throws -> Void
    ) -> FuzzTarget {
        let stem = name.prefix { $0 != "." }.replacing("_", with: "-")
        return file("record-\(stem)", name, ["/\(name)"]) { folder in
            guard let run = try? RunID("20261129-120000-abcdef") else { fatalError("no run id") }
            // Refused or read; never another thing.
            try? read(FileRecordStore(directory: folder, run: run))
        }
    }

    private static func file(
        _ name: String, _ file: String, _ endings: [String], read: @escaping @Sendable (String) -> Void
    ) -> FuzzTarget {
        let folder = ScratchFolder(name)
        return FuzzTarget(name, corpus: ["fuzz/corpus", "Tests/CLITests/Data"], endings: endings) { bytes in
            folder.write(bytes, to: file)
            read(folder.path)
        }
    }
}
