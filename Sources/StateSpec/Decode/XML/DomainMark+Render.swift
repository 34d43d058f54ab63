extension DomainXMLParser {
    /// Git's XML as it is started: with the mark in `<metadata>`, and otherwise byte for byte the same.
    ///
    /// The places are found by a scan of the bytes and believed only after the result was parsed again.
    public static func render(_ xml: [UInt8], mark: DomainMark) throws(XMLProblem) -> [UInt8] {
        let parser = DomainXMLParser()
        let before = try parser.parse(xml)
        guard let rendered = MarkPlace.find(xml)?.insert(mark, into: xml) else {
            throw XMLProblem("unrenderable", "no place for the mark was found")
        }
        let after = try parser.parse(rendered)
        guard after.name == before.name, after.uuidText == before.uuidText, after.definition.mark == mark,
            after.definition.withoutMark == before.definition.withoutMark
        else { throw XMLProblem("unrenderable", "the XML says something else once the mark is in it") }
        // What was checked is what is sent, as the reader sees it that checked it.
        guard try besidesMetadata(rendered) == (try besidesMetadata(xml)) else {
            throw XMLProblem("unrenderable", "the XML says something else once the mark is in it")
        }
        return rendered
    }

    /// All of an XML but the metadata; its lines may move.
    private static func besidesMetadata(_ xml: [UInt8]) throws(XMLProblem) -> String {
        var root = try DomainDocument(xml).root
        root.remove("metadata")
        return root.formatted()
    }
}

extension DomainDefinition {
    /// The definition without the mark and without lines, which move when a mark of several lines is replaced.
    fileprivate var withoutMark: DomainDefinition {
        var copy = self
        copy.mark = nil
        for index in copy.disks.indices { copy.disks[index].line = nil }
        return copy
    }
}

extension DomainMark {
    /// The element. Ids are hexadecimal digits, so nothing in it needs an escape.
    var element: String {
        "<havirt:domain xmlns:havirt=\"\(Self.namespace)\" commit=\"\(commit)\" xml=\"\(xml)\"/>"
    }
}

/// Where the mark belongs in a text. On one line with what stands there, so that the lines in libvirt's messages are
/// those of git's file.
private enum MarkPlace {
    /// In place of an old mark.
    case replace([Range<Int>])
    /// Before the end tag of `<metadata>`.
    case inMetadata(Int)
    /// In place of `<metadata/>`.
    case emptyMetadata(Range<Int>)
    /// In a `<metadata>` of its own, after the root's start tag or the uuid.
    case ownMetadata(Int)

    func insert(_ mark: DomainMark, into text: [UInt8]) -> [UInt8] {
        var text = text
        let element = mark.element
        switch self {
        case .replace(let ranges):
            for range in ranges.dropFirst().reversed() { text.removeSubrange(range) }
            if let first = ranges.first { text.replaceSubrange(first, with: element.utf8) }
        case .inMetadata(let offset): text.insert(contentsOf: element.utf8, at: offset)
        case .emptyMetadata(let range): text.replaceSubrange(range, with: "<metadata>\(element)</metadata>".utf8)
        case .ownMetadata(let offset):
            text.insert(contentsOf: "<metadata>\(element)</metadata>".utf8, at: offset)
        }
        return text
    }

    static func find(_ text: [UInt8]) -> MarkPlace? {
        var open: [String] = []
        var marks: [Range<Int>] = []
        var markStart: Int?
        var metadataEnd: Int?
        var emptyMetadata: Range<Int>?
        var head: Int?
        for tag in XMLTags(text) {
            switch tag.kind {
            case .end:
                if open.count == 3, let start = markStart {
                    marks.append(start..<tag.range.upperBound)
                    markStart = nil
                }
                if open == ["domain", "metadata"] { metadataEnd = tag.range.lowerBound }
                if open == ["domain", "uuid"] { head = tag.range.upperBound }
                open.removeLast(open.isEmpty ? 0 : 1)
            case .start, .empty:
                let isMark = open == ["domain", "metadata"] && isMark(tag, text)
                if isMark, tag.kind == .empty { marks.append(tag.range) }
                if isMark, tag.kind == .start { markStart = tag.range.lowerBound }
                if open == ["domain"], tag.name == "metadata", tag.kind == .empty { emptyMetadata = tag.range }
                if open.isEmpty { head = tag.range.upperBound }
                if tag.kind == .start { open.append(tag.name) }
            }
        }
        if !marks.isEmpty { return .replace(marks) }
        if let metadataEnd { return .inMetadata(metadataEnd) }
        if let emptyMetadata { return .emptyMetadata(emptyMetadata) }
        return head.map(MarkPlace.ownMetadata)
    }

    /// A mark declares the namespace itself, as havirt writes it; another way to say it fails the check afterwards.
    private static func isMark(_ tag: XMLTag, _ text: [UInt8]) -> Bool {
        tag.name.hasSuffix(":domain") && String(decoding: text[tag.range], as: UTF8.self).contains(DomainMark.namespace)
    }
}
