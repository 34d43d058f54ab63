/// One decoded file with all that is wrong with it. It never changes, so any number of loads share it.
final class ParsedFile: Sendable {
    enum Content: Sendable {
        indirect case cluster(ClusterDraft?)
        indirect case node(NodeDraft?)
        indirect case iscsi(ISCSIDraft?)
        case wish(ParsedWish?)
        case xml(ParsedXML?)
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

    var wish: ParsedWish? { if case .wish(let wish) = content { wish } else { nil } }

    var xml: ParsedXML? { if case .xml(let xml) = content { xml } else { nil } }
}

/// A decoded `domains/*.yaml`. A class, because ten thousand of them are looked at by every rule at every load.
final class ParsedWish: Sendable {
    let draft: WishDraft

    init(_ draft: WishDraft) { self.draft = draft }
}

/// A decoded `domains/*.xml`.
final class ParsedXML: Sendable {
    let document: DomainXML
    let bytes: [UInt8]
    /// The storage that it uses, backing images included.
    let storage: [StorageUse]
    /// What it asks for and, by the policy of the load, may not; some of it only if git does not say otherwise.
    let breaches: [PolicyBreach]

    init(_ document: DomainXML, bytes: [UInt8], breaches: [PolicyBreach]) {
        self.document = document
        self.bytes = bytes
        self.breaches = breaches
        storage = document.definition.disks.flatMap { disk in
            let isHarmless = disk.isShareable || disk.isReadOnly
            return [StorageUse(disk.source, line: disk.line ?? 1, isHarmless: isHarmless)].compactMap { $0 }
                + disk.backing.compactMap { StorageUse($0, line: disk.line ?? 1, isHarmless: true) }
        }
    }
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
