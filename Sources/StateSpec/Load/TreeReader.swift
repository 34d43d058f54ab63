/// Reads the files of one tree, those that are remembered from the last load excepted.
struct TreeReader {
    private(set) var memory: LoadMemory
    private(set) var findings: [Finding] = []
    private let previous: [FileRecord]
    /// The first of `previous` that is not yet behind; both lists are in order of paths.
    private var cursor = 0
    private var lastPath: String?
    /// Paths that are none of havirt's.
    private(set) var strangePaths: [String] = []
    private var fresh: Set<ParsedKey> = []
    private var gone: [ParsedKey] = []
    private let limits: SpecLimits
    private let parser: FileParser

    init(memory: consuming LoadMemory, limits: SpecLimits, policy: XMLPolicy?, filesCount: Int) {
        parser = FileParser(policy: policy)
        previous = memory.records
        memory.records = []
        memory.records.reserveCapacity(filesCount)
        self.memory = memory
        self.limits = limits
    }

    mutating func add(_ file: SpecFile) {
        if let last = lastPath, last == file.path, last.utf8.elementsEqual(file.path.utf8) {
            findings.append(TwinPaths.duplicate(file.path))
            return
        }
        lastPath = file.path
        if let record = remembered(file), let parsed = record.parsed, parsed.byteCount <= limits.fileBytesMax {
            if !parsed.findings.isEmpty { findings += parsed.findings(at: file.path) }
            memory.records.append(record)
            return
        }
        let object: SpecPath
        do throws(SpecPathError) {
            object = try SpecPath.read(file.path)
        } catch {
            findings.append(error.finding(at: file.path))
            strangePaths.append(file.path)
            return
        }
        let depth = file.path.utf8.count { $0 == 0x2F } + 1
        if depth > limits.depthMax { findings.append(EntryKinds.tooDeep(file.path, limits)) }
        let key = file.blob.flatMap { object.key($0) }
        var parsed: ParsedFile?
        if let objection = EntryKinds.objection(to: file, limits) {
            findings.append(objection)
        } else if object != .ignored {
            parsed = read(file, object, key)
        }
        memory.records.append(FileRecord(file, object, key, parsed))
    }

    /// The record of the same path with the same bytes.
    private mutating func remembered(_ file: SpecFile) -> FileRecord? {
        while cursor < previous.count {
            let record = previous[cursor]
            if record.path == file.path {
                cursor += 1
                if let blob = file.blob, record.blob == blob, file.kind == .file { return record }
                if let key = record.key { gone.append(key) }
                return nil
            }
            guard record.path.precedesByBytes(file.path) else { return nil }
            if let key = record.key { gone.append(key) }
            cursor += 1
        }
        return nil
    }

    private mutating func read(_ file: SpecFile, _ object: SpecPath, _ key: ParsedKey?) -> ParsedFile? {
        var parsed = key.flatMap { memory.parsed[$0] }
        if parsed == nil {
            do {
                parsed = parser.parse(try file.read(), object, path: file.path)
            } catch {
                let message = "the file cannot be read: \(Escaped("\(error)").bare)"
                findings.append(Finding(.error, Place(file: file.path), code: "unreadable", message))
                return nil
            }
        }
        guard let parsed else { return nil }
        if parsed.byteCount > limits.fileBytesMax {
            findings.append(EntryKinds.oversized(file.path, parsed.byteCount, limits))
            return nil
        }
        if let key {
            memory.parsed[key] = parsed
            fresh.insert(key)
        }
        if !parsed.findings.isEmpty { findings += parsed.findings(at: file.path) }
        return parsed
    }

    /// Forgets what no file of this load is decoded from. A copy of a file that is gone may be forgotten with it;
    /// the copy's own record still has it.
    mutating func forget() {
        for record in previous[cursor...] {
            if let key = record.key { gone.append(key) }
        }
        for key in gone where !fresh.contains(key) { memory.parsed[key] = nil }
    }

    /// All that was added, in order of names.
    mutating func finish(isEmpty: Bool, now: Timestamp?) -> SpecSet {
        var set = SpecSet(cluster: .unnamed)
        set.now = now
        set.isEmpty = isEmpty
        var xmls: [(name: DomainName, record: FileRecord)] = []
        var yamls: [(name: DomainName, record: FileRecord)] = []
        for record in memory.records {
            switch record.object {
            case .cluster: set.add(cluster: record)
            case .node(let name): set.nodes.append(NodeFile(name: name, record))
            case .iscsi(let name): set.iscsi.append(ISCSIFile(name: name, record))
            case .domainXML(let name): xmls.append((name, record))
            case .domainYAML(let name): yamls.append((name, record))
            case .ignored: break
            }
        }
        set.nodes.sort { $0.name < $1.name }
        set.iscsi.sort { $0.name < $1.name }
        xmls.sort { $0.name < $1.name }
        yamls.sort { $0.name < $1.name }
        var joiner = DomainJoiner(previous: memory.domains, capacity: xmls.count)
        var next = 0
        for (name, record) in xmls {
            while next < yamls.count, yamls[next].name < name {
                joiner.add(yamls[next].name, xml: nil, yaml: yamls[next].record)
                next += 1
            }
            let hasYAML = next < yamls.count && yamls[next].name == name
            joiner.add(name, xml: record, yaml: hasYAML ? yamls[next].record : nil)
            if hasYAML { next += 1 }
        }
        for (name, record) in yamls[next...] { joiner.add(name, xml: nil, yaml: record) }
        memory.domains = joiner.domains
        set.domains = joiner.domains
        return set
    }
}

/// Joins the two files of each domain, and takes over from the last load what did not change.
private struct DomainJoiner {
    private(set) var domains: [DomainFiles] = []
    private let previous: [DomainFiles]
    private var cursor = 0

    init(previous: [DomainFiles], capacity: Int) {
        self.previous = previous
        domains.reserveCapacity(capacity)
    }

    /// Domains come in order of names.
    mutating func add(_ name: DomainName, xml: FileRecord?, yaml: FileRecord?) {
        while cursor < previous.count, previous[cursor].name < name { cursor += 1 }
        if cursor < previous.count, previous[cursor].isMade(of: xml, yaml) {
            domains.append(previous[cursor])
        } else {
            domains.append(DomainFiles(name: name, xml: xml, yaml: yaml))
        }
    }
}
