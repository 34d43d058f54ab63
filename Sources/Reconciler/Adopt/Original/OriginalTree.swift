public import StateSpec

/// What a tree of the original havirt holds, as far as it was there: `var/` with its records, `conf/` with the XML of
/// its domains.
public struct OriginalTree: Sendable {
    /// The files below `var`; nil where there is no such folder.
    public var records: SpecTree?
    /// The files below `conf`; nil where there is no such folder.
    public var definitions: SpecTree?

    /// A tree.
    public init(records: SpecTree?, definitions: SpecTree?) {
        self.records = records
        self.definitions = definitions
    }

    /// Some ten values for each of ten thousand domains.
    private static let nodesMax = 200_000

    /// A record's YAML; nil where there is no such file, or where it is empty.
    func record(_ name: String) throws(AdoptionRefusal) -> YAMLNode? {
        guard let file = records?.files.first(where: { $0.path == name }) else { return nil }
        let path = "var/\(name)"
        var limits = YAMLLimits()
        limits.nodesMax = Self.nodesMax
        limits.demandsASCIIKeys = false
        let document = YAMLReader.read(try Self.bytes(of: file, path), limits: limits)
        if let problem = document.problems.first {
            if document.root == nil, problem.code == "empty-file" { return nil }
            throw AdoptionRefusal("\(path):\(problem): repair it, or move it away to do without")
        }
        return document.root
    }

    static func bytes(of file: SpecFile, _ path: String) throws(AdoptionRefusal) -> [UInt8] {
        do {
            return try file.read()
        } catch {
            throw AdoptionRefusal(
                "\(Escaped(path).bare) cannot be read: \(Escaped("\(error)", charactersMax: 500).bare)")
        }
    }
}
