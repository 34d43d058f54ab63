/// Reads the files of one tree, those that are kept from earlier loads excepted.
struct TreeReader {
    /// What the next load may use again.
    private(set) var used: [ParsedKey: ParsedFile] = [:]
    private(set) var findings: [Finding] = []
    private let kept: [ParsedKey: ParsedFile]
    private let limits: SpecLimits
    private let parser = FileParser()
    private var set = SpecSet(cluster: .unnamed)
    private var xmls: [DomainFiles] = []
    private var yamls: [DomainFiles] = []

    init(kept: [ParsedKey: ParsedFile], limits: SpecLimits, filesCount: Int) {
        self.kept = kept
        self.limits = limits
        used.reserveCapacity(filesCount)
        xmls.reserveCapacity(filesCount / 2)
        yamls.reserveCapacity(filesCount / 2)
    }

    mutating func add(_ file: SpecFile) {
        let path: SpecPath
        do throws(SpecPathError) {
            path = try SpecPath.read(file.path)
        } catch {
            findings.append(error.finding(at: file.path))
            return
        }
        let depth = file.path.utf8.count { $0 == 0x2F } + 1
        if depth > limits.depthMax { findings.append(EntryKinds.tooDeep(file.path, limits)) }
        var parsed: ParsedFile?
        if let objection = EntryKinds.objection(to: file, limits) {
            findings.append(objection)
        } else if path != .ignored {
            parsed = parse(file, path)
        }
        place(file, path, parsed)
    }

    private mutating func parse(_ file: SpecFile, _ path: SpecPath) -> ParsedFile? {
        let key = file.blob.flatMap { path.key($0) }
        var parsed = key.flatMap { used[$0] ?? kept[$0] }
        if parsed == nil {
            do {
                parsed = parser.parse(try file.read(), path, path: file.path)
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
        if let key { used[key] = parsed }
        if !parsed.findings.isEmpty { findings += parsed.findings(at: file.path) }
        return parsed
    }

    private mutating func place(_ file: SpecFile, _ path: SpecPath, _ parsed: ParsedFile?) {
        switch path {
        case .cluster:
            set.hasClusterFile = true
            if case .cluster(let draft?) = parsed?.content {
                set.cluster = draft.spec
                set.clusterDraft = draft
            }
        case .node(let name):
            var draft: NodeDraft?
            if case .node(let decoded) = parsed?.content { draft = decoded }
            set.nodes.append(NodeFile(name: name, path: file.path, draft: draft))
        case .iscsi(let name):
            var draft: ISCSIDraft?
            if case .iscsi(let decoded) = parsed?.content { draft = decoded }
            set.iscsi.append(ISCSIFile(name: name, path: file.path, draft: draft))
        case .domainXML(let name):
            xmls.append(DomainFiles(name: name, xmlPath: file.path, xmlBlob: file.blob, xmlFile: parsed))
        case .domainYAML(let name):
            yamls.append(DomainFiles(name: name, yamlPath: file.path, yamlFile: parsed))
        case .ignored: break
        }
    }

    /// All that was added, in order of names.
    func finish(isEmpty: Bool, now: Timestamp?) -> SpecSet {
        var set = set
        set.now = now
        set.isEmpty = isEmpty
        set.nodes.sort { $0.name < $1.name }
        set.iscsi.sort { $0.name < $1.name }
        let xmls = xmls.sorted { $0.name < $1.name }
        let yamls = yamls.sorted { $0.name < $1.name }
        set.domains.reserveCapacity(xmls.count)
        var next = 0
        for var domain in xmls {
            while next < yamls.count, yamls[next].name < domain.name {
                set.domains.append(yamls[next])
                next += 1
            }
            if next < yamls.count, yamls[next].name == domain.name {
                domain.yamlPath = yamls[next].yamlPath
                domain.yamlFile = yamls[next].yamlFile
                next += 1
            }
            set.domains.append(domain)
        }
        set.domains += yamls[next...]
        return set
    }
}
