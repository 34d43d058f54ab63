/// Bytes of one file in, a parsed file out. Keeps libxml2's context for the length of one load.
struct FileParser {
    private let xmlParser = DomainXMLParser()
    private let policy: XMLPolicy?
    /// Of these the policy decides, and has decided.
    private let settledCodes: Set<String>

    init(policy: XMLPolicy?) {
        self.policy = policy
        settledCodes = policy?.settledCodes ?? []
    }

    func parse(_ bytes: [UInt8], _ kind: SpecPath, path: String) -> ParsedFile {
        let findings = FindingCollector(file: path)
        let content: ParsedFile.Content
        if Self.isLFSPointer(bytes) {
            findings.add(
                at: YAMLMark(line: 1, column: 1), "lfs-pointer", "this is a pointer of git LFS, not the file itself",
                hint: "keep the files of cluster.d out of LFS")
            content = Self.nothing(kind)
        } else if case .domainXML = kind {
            content = xml(bytes, findings)
        } else {
            content = yaml(bytes, kind, findings)
        }
        return ParsedFile(content, byteCount: bytes.count, findings: findings.findings)
    }

    private func xml(_ bytes: [UInt8], _ findings: FindingCollector) -> ParsedFile.Content {
        do {
            let xml = try xmlParser.parse(bytes, origin: .git)
            let remarks = settledCodes.isEmpty ? xml.remarks : xml.remarks.filter { !settledCodes.contains($0.code) }
            findings.add(remarks.map { $0.finding(in: findings.file) })
            findings.add(SecretsInXML.findings(in: bytes, file: findings.file))
            return .xml(ParsedXML(xml, bytes: bytes, breaches: policy?.breaches(of: bytes) ?? []))
        } catch {
            findings.add([error.finding(in: findings.file)])
            return .xml(nil)
        }
    }

    private func yaml(_ bytes: [UInt8], _ kind: SpecPath, _ findings: FindingCollector) -> ParsedFile.Content {
        let document = YAMLReader.read(bytes)
        findings.add(document.problems)
        guard let root = document.root else { return Self.nothing(kind) }
        switch kind {
        case .cluster: return .cluster(ClusterDecoder.decode(root, findings))
        case .node(let name): return .node(NodeDecoder.decode(root, name: name, findings))
        case .iscsi(let name): return .iscsi(ISCSIDecoder.decode(root, name: name, findings))
        case .domainYAML, .domainXML, .ignored:
            return .wish(DomainWishDecoder.decode(root, findings).map(ParsedWish.init))
        }
    }

    private static func nothing(_ kind: SpecPath) -> ParsedFile.Content {
        switch kind {
        case .cluster: .cluster(nil)
        case .node: .node(nil)
        case .iscsi: .iscsi(nil)
        case .domainXML: .xml(nil)
        case .domainYAML, .ignored: .wish(nil)
        }
    }

    private static func isLFSPointer(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "version https://git-lfs".utf8)
    }
}
