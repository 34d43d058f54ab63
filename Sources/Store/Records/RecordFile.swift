internal import StateSpec

/// One kind of record file: its name, how it is written and how it is read.
struct RecordFile<Content: Sendable>: Sendable {
    let name: String
    let empty: Content
    /// What a person should know about the file; its first line.
    let comment: String
    let write: @Sendable (Content) -> [YAMLField]
    let keys: [String]
    let read: @Sendable (FieldReader) -> Content

    static var format: Int { 1 }

    func bytes(_ content: Content) throws -> [UInt8] {
        let fields = [YAMLField("format", .count(Self.format))] + write(content)
        return Array("# \(comment)\n".utf8) + (try YAMLWriter.write(.mapping(fields)))
    }

    /// What the bytes say. Anything that havirt would not have written is an error, never an empty record.
    func content(of bytes: [UInt8], path: String) throws(StoreError) -> Content {
        let document = YAMLReader.read(bytes, limits: .records)
        let findings = FindingCollector(file: path)
        findings.add(document.problems)
        var content = empty
        if document.problems.isEmpty, let root = document.root {
            if let format = root["format"]?.text, let number = Int(format), number > Self.format {
                throw .unreadable(path: path, problem: "it was written by a newer havirt (format \(number))")
            }
            if let reader = FieldReader(root, keys: ["format"] + keys, findings: findings) {
                for key in ["format"] + keys { reader.demand(key) }
                _ = reader.integer("format", in: 1...Self.format)
                content = read(reader)
            }
        }
        if let finding = findings.findings.first {
            let place = "line \(finding.place.line), column \(finding.place.column)"
            throw .unreadable(path: path, problem: "\(place): \(finding.message)")
        }
        return content
    }
}

extension FieldReader {
    /// A uuid, which must be there.
    func uuid(_ key: String) -> DomainUUID? {
        demand(key)
        guard let node = node(key) else { return nil }
        return node.text.flatMap { DomainUUID($0) } ?? refuse(node, "'\(key)' takes a uuid")
    }

    /// A time, which must be there.
    func moment(_ key: String) -> Timestamp? {
        demand(key)
        return timestamp(key)
    }

    /// Text of any kind, as a node may have it; must be there.
    func anyText(_ key: String) -> String? {
        demand(key)
        guard let node = node(key) else { return nil }
        return node.text ?? refuse(node, "'\(key)' takes a text")
    }

    /// `true` or `false`, which must be there.
    func flag(_ key: String) -> Bool? {
        demand(key)
        return bool(key)
    }

    /// A mapping from names of one kind.
    func byName<Kind, Value>(
        _ key: String, keys: [String], _ read: (FieldReader) -> Value?
    ) -> [Name<Kind>: Value] {
        mapping(key, keys: keys, { try? Name<Kind>($0) }, Kind.title) { reader, _ in read(reader) }
    }

    /// A mapping from uuids.
    func byUUID<Value>(
        _ key: String, keys: [String], _ read: (FieldReader, DomainUUID) -> Value?
    ) -> [DomainUUID: Value] {
        mapping(key, keys: keys, { DomainUUID($0) }, "uuid", read)
    }

    func refuse<Value>(_ node: YAMLNode, _ message: String) -> Value? {
        findings.add(at: node.mark, "wrong-type", message)
        return nil
    }

    private func mapping<Key: Hashable, Value>(
        _ key: String, keys: [String], _ parse: (String) -> Key?, _ title: String,
        _ read: (FieldReader, Key) -> Value?
    ) -> [Key: Value] {
        demand(key)
        guard let node = node(key) else { return [:] }
        guard case .mapping(let entries) = node.content else { return refuse(node, "'\(key)' takes keys") ?? [:] }
        var values: [Key: Value] = [:]
        values.reserveCapacity(entries.count)
        for entry in entries {
            guard let name = parse(entry.key) else {
                findings.add(at: entry.mark, "invalid-name", "\(Escaped(entry.key)) is no \(title)")
                continue
            }
            guard let reader = FieldReader(entry.value, path: entry.key, keys: keys, findings: findings),
                let value = read(reader, name)
            else { continue }
            guard values.updateValue(value, forKey: name) == nil else {
                findings.add(at: entry.mark, "duplicate-key", "\(Escaped(entry.key)) stands twice")
                continue
            }
        }
        return values
    }
}
