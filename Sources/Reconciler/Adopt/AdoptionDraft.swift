import StateSpec

/// An adoption on its way: candidates leave it until what is left can be committed.
struct AdoptionDraft {
    /// A domain that may be adopted.
    struct Candidate {
        /// Both its files.
        let spec: DomainSpec
        /// Where it is, in words.
        let place: String
        /// What was decided for it, to be told if it is adopted.
        let findings: [AdoptionFinding]

        var name: DomainName { spec.name }
    }

    let base: AdoptionBase
    /// What `cluster.yaml` says, or will say.
    let cluster: ClusterSpec
    /// Nodes that git does not have yet.
    let nodes: [NodeSpec]
    /// Files of `iscsi/` that git does not have yet.
    var iscsi: [ISCSISpec] = []
    var candidates: [Candidate]
    var findings: [AdoptionFinding]

    /// What speaks against domains once all is written down.
    typealias Judge = (DesiredState) -> (objections: [DomainName: AdoptionFinding], plan: Plan?)

    /// Leaves out what cannot be committed or what the judge objects to, until nothing is.
    ///
    /// Each turn leaves out at least one candidate, and what is left out can be what others stood against.
    func settled(now: Timestamp?, judge: Judge) throws -> Adoption {
        var draft = self
        while true {
            let files = try draft.files()
            if files.isEmpty { return draft.adoption(files, nil) }
            let load = draft.load(files, now: now)
            let broken = draft.objections(load.errors)
            if !broken.isEmpty {
                draft.leaveOut(broken)
                continue
            }
            guard let desired = load.state else { throw draft.refusal(load) }
            let (objections, plan) = judge(desired)
            if objections.isEmpty { return draft.adoption(files, plan) }
            draft.leaveOut(objections)
        }
    }

    private func files() throws -> [Adoption.File] {
        let known = Set(base.tree.files.map(\.path))
        var files: [Adoption.File] = []
        func add(_ path: String, _ bytes: @autoclosure () throws -> [UInt8]) throws {
            if !known.contains(path) { files.append(Adoption.File(path: path, bytes: try bytes())) }
        }
        try add(
            "cluster.yaml",
            try SpecText.cluster(cluster.name, networks: cluster.networks, sharedPaths: cluster.sharedPaths))
        for node in nodes { try add("nodes/\(node.name).yaml", try SpecText.node(node)) }
        for storage in iscsi { try add("iscsi/\(storage.name).yaml", try SpecText.iscsi(storage)) }
        for domain in candidates {
            try add("domains/\(domain.name).xml", domain.spec.xml)
            try add("domains/\(domain.name).yaml", try SpecText.domain(domain.spec.wish))
        }
        return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private func load(_ files: [Adoption.File], now: Timestamp?) -> SpecLoad {
        var loader = SpecLoader()
        let new = files.map { SpecFile(path: $0.path, bytes: $0.bytes) }
        return loader.load(SpecTree(files: base.tree.files + new, findings: base.tree.findings), now: now)
    }

    /// What lint has against candidates.
    private func objections(_ errors: [Finding]) -> [DomainName: AdoptionFinding] {
        var owners: [String: DomainName] = [:]
        for candidate in candidates {
            owners["domains/\(candidate.name).xml"] = candidate.name
            owners["domains/\(candidate.name).yaml"] = candidate.name
        }
        var objections: [DomainName: AdoptionFinding] = [:]
        for error in errors {
            guard let name = owners[error.place.file], objections[name] == nil else { continue }
            objections[name] = AdoptionFinding(
                .warning, error.code, name.text, "is left out: git could not use it: \(error.message)",
                hint: error.hint ?? "change it where it is defined, and adopt again")
        }
        return objections
    }

    private mutating func leaveOut(_ objections: [DomainName: AdoptionFinding]) {
        candidates.removeAll { objections[$0.name] != nil }
        findings += objections.values.sorted()
    }

    private func refusal(_ load: SpecLoad) -> AdoptionRefusal {
        let codes = Set(load.errors.map(\.code))
        if codes.contains("no-nodes") {
            return AdoptionRefusal("no node is known, and a commit without any could not be used", leftOut: findings)
        }
        if codes == ["no-domains"] {
            return AdoptionRefusal(
                "no domain can be adopted, and a commit without any could not be used", leftOut: findings)
        }
        return AdoptionRefusal("the commit could not be used", findings: load.findings, leftOut: findings)
    }

    private func adoption(_ files: [Adoption.File], _ plan: Plan?) -> Adoption {
        Adoption(
            cluster: cluster, isNewCluster: !base.hasClusterFile, nodes: nodes, iscsi: iscsi,
            domains: candidates.map {
                Adoption.Domain(name: $0.name, uuid: $0.spec.uuid, wish: $0.spec.wish, place: $0.place)
            }.sorted { $0.name < $1.name }, files: files,
            findings: Set(findings + candidates.flatMap(\.findings)).sorted(), alerts: alerts(plan))
    }

    /// What is to be known of what is adopted; of what is left out, findings tell.
    private func alerts(_ plan: Plan?) -> [Alert] {
        let subjects = Set(candidates.map(\.name.text) + nodes.map(\.name.text))
        return (plan?.alerts ?? []).filter { $0.severity > .notice && subjects.contains($0.subject) }
    }
}
