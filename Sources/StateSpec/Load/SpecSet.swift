/// The decoded files of one tree, ready for the rules that look across files. Objects whose file could not be
/// decoded are here by name, so that one mistake does not make every reference to it another.
struct SpecSet {
    var cluster: ClusterSpec
    var clusterDraft: ClusterDraft?
    var hasClusterFile = false
    var isEmpty = false
    /// By name.
    var nodes: [NodeFile] = []
    /// By name.
    var domains: [DomainFiles] = []
    /// By name.
    var iscsi: [ISCSIFile] = []
    var now: Timestamp?

    mutating func add(cluster record: FileRecord) {
        hasClusterFile = true
        if case .cluster(let draft?) = record.parsed?.content {
            cluster = draft.spec
            clusterDraft = draft
        }
    }

    /// The state, cut down to the limits; objects that could not be decoded are not in it.
    func state(_ limits: PolicyLimits) -> DesiredState {
        DesiredState(
            cluster: limits.cluster(cluster), nodes: nodes.compactMap { $0.spec.map(limits.node) },
            domains: domains.compactMap { $0.spec.map(limits.domain) },
            iscsi: iscsi.compactMap(\.draft?.spec))
    }
}

/// `nodes/<name>.yaml`.
struct NodeFile {
    let name: NodeName
    let path: String
    let draft: NodeDraft?
    /// What the file says; nil when it could not be decoded.
    let spec: NodeSpec?

    init(name: NodeName, _ record: FileRecord) {
        self.name = name
        path = record.path
        if case .node(let draft) = record.parsed?.content { self.draft = draft } else { draft = nil }
        var spec = draft?.spec
        for entry in draft?.marks ?? [] { spec?.origins[entry.key] = entry.mark.place(in: record.path) }
        self.spec = spec
    }

    /// Where a key stands; the file's beginning if it does not.
    func place(of key: String) -> Place {
        draft?.marks.first { $0.key == key }?.mark.place(in: path) ?? Place(file: path)
    }
}

/// `iscsi/<name>.yaml`.
struct ISCSIFile {
    let name: PortalName
    let path: String
    let draft: ISCSIDraft?

    init(name: PortalName, _ record: FileRecord) {
        self.name = name
        path = record.path
        if case .iscsi(let draft) = record.parsed?.content { self.draft = draft } else { draft = nil }
    }

    /// Where the target with this index stands.
    func place(ofTarget index: Int) -> Place { draft?.targetMarks[index].place(in: path) ?? Place(file: path) }
}

/// `domains/<name>.xml` and `domains/<name>.yaml`.
///
/// It never changes, so the next load takes it over when both files are the same.
final class DomainFiles: Sendable {
    let name: DomainName
    let xmlPath: String?
    let xmlBlob: ObjectID?
    /// Nil also when the file is there but could not be read, such as a symbolic link.
    let xml: ParsedXML?
    let yamlPath: String?
    let wish: ParsedWish?
    /// What both say together; nil when the XML does not give it an identity.
    let spec: DomainSpec?
    private let records: (xml: FileRecord?, yaml: FileRecord?)

    init(name: DomainName, xml: FileRecord?, yaml: FileRecord?) {
        self.name = name
        xmlPath = xml?.path
        xmlBlob = xml?.blob
        self.xml = xml?.parsed?.xml
        yamlPath = yaml?.path
        wish = yaml?.parsed?.wish
        records = (xml, yaml)
        spec = Self.spec(name, xml, yaml)
    }

    /// Whether it was made of just these files.
    func isMade(of xml: FileRecord?, _ yaml: FileRecord?) -> Bool { records.xml === xml && records.yaml === yaml }

    /// Where a mark of the YAML is.
    func place(_ mark: YAMLMark) -> Place { mark.place(in: yamlPath ?? "") }

    /// Where a key of the YAML stands; the file's beginning if it does not.
    func place(of key: String) -> Place {
        guard let yamlPath else { return xmlPlace(line: 1) }
        return wish?.draft.marks.first { $0.key == key }?.mark.place(in: yamlPath) ?? Place(file: yamlPath)
    }

    /// A line of the XML.
    func xmlPlace(line: Int) -> Place { Place(file: xmlPath ?? yamlPath ?? "", line: line) }

    private static func spec(_ name: DomainName, _ xml: FileRecord?, _ yaml: FileRecord?) -> DomainSpec? {
        guard let parsed = xml?.parsed?.xml, let uuid = parsed.document.uuid else { return nil }
        var origins: [String: Place] = [:]
        let wish = yaml?.parsed?.wish
        if let wish, let yaml {
            origins.reserveCapacity(wish.draft.marks.count)
            for entry in wish.draft.marks { origins[entry.key] = entry.mark.place(in: yaml.path) }
        }
        return DomainSpec(
            name: name, uuid: uuid, definition: parsed.document.definition, xml: parsed.bytes, xmlBlob: xml?.blob,
            wish: wish?.draft.wish ?? DomainWish(), origins: origins)
    }
}
