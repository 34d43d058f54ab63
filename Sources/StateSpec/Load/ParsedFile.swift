/// One decoded file with all that is wrong with it. It never changes, so any number of loads share it.
final class ParsedFile: Sendable {
    enum Content: Sendable {
        case cluster(ClusterDraft?)
        case node(NodeDraft?)
        case wish(WishDraft?)
        case xml(DomainXML?, bytes: [UInt8])
        case iscsi(ISCSIDraft?)
    }

    let content: Content
    let byteCount: Int
    /// Findings, under the path that the file was first seen at.
    let findings: [Finding]

    init(_ content: Content, byteCount: Int, findings: [Finding]) {
        self.content = content
        self.byteCount = byteCount
        self.findings = findings
    }

    /// The findings, moved to `path`.
    func findings(at path: String) -> [Finding] {
        if findings.first?.place.file == path { return findings }
        return findings.map { finding in
            let place = Place(file: path, line: finding.place.line, column: finding.place.column)
            return Finding(finding.severity, place, code: finding.code, finding.message, hint: finding.hint)
        }
    }

    var wish: WishDraft? { if case .wish(let draft) = content { draft } else { nil } }

    var xml: DomainXML? { if case .xml(let xml, _) = content { xml } else { nil } }

    var bytes: [UInt8] { if case .xml(_, let bytes) = content { bytes } else { [] } }
}

/// All that the decoding of a file depends on.
struct ParsedKey: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        case cluster, node, wish, xml, iscsi
    }

    let kind: Kind
    let blob: ObjectID
    /// The object's name, where decoding depends on it; equal domain files are decoded once.
    let name: String
}

extension SpecPath {
    func key(_ blob: ObjectID) -> ParsedKey? {
        switch self {
        case .cluster: ParsedKey(kind: .cluster, blob: blob, name: "")
        case .node(let name): ParsedKey(kind: .node, blob: blob, name: name.text)
        case .domainYAML: ParsedKey(kind: .wish, blob: blob, name: "")
        case .domainXML: ParsedKey(kind: .xml, blob: blob, name: "")
        case .iscsi(let name): ParsedKey(kind: .iscsi, blob: blob, name: name.text)
        case .ignored: nil
        }
    }
}
