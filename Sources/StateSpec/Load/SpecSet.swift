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

    /// The state; objects that could not be decoded are not in it.
    func state() -> DesiredState {
        DesiredState(
            cluster: cluster, nodes: nodes.compactMap(\.draft?.spec), domains: domains.compactMap { $0.spec() },
            iscsi: iscsi.compactMap(\.draft?.spec))
    }
}

/// `nodes/<name>.yaml`.
struct NodeFile {
    let name: NodeName
    let path: String
    let draft: NodeDraft?

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
}

/// `domains/<name>.xml` and `domains/<name>.yaml`.
struct DomainFiles {
    let name: DomainName
    var xmlPath: String?
    var xmlBlob: ObjectID?
    /// Nil also when the file is there but was not read, such as a symbolic link.
    var xmlFile: ParsedFile?
    var yamlPath: String?
    var yamlFile: ParsedFile?

    var xml: DomainXML? { xmlFile?.xml }
    var wish: WishDraft? { yamlFile?.wish }

    /// Where a mark of the YAML is.
    func place(_ mark: YAMLMark) -> Place { mark.place(in: yamlPath ?? "") }

    /// Where a key of the YAML stands; the file's beginning if it does not.
    func place(of key: String) -> Place {
        guard let yamlPath else { return xmlPlace(line: 1) }
        return wish?.marks.first { $0.key == key }?.mark.place(in: yamlPath) ?? Place(file: yamlPath)
    }

    /// A line of the XML.
    func xmlPlace(line: Int) -> Place { Place(file: xmlPath ?? yamlPath ?? "", line: line) }

    func spec() -> DomainSpec? {
        guard let xmlFile, let xml = xmlFile.xml, let uuid = xml.uuid else { return nil }
        var origins: [String: Place] = [:]
        if let wish, let yamlPath {
            origins.reserveCapacity(wish.marks.count)
            for entry in wish.marks { origins[entry.key] = entry.mark.place(in: yamlPath) }
        }
        return DomainSpec(
            name: name, uuid: uuid, definition: xml.definition, xml: xmlFile.bytes, xmlBlob: xmlBlob,
            wish: wish?.wish ?? DomainWish(), origins: origins)
    }
}
