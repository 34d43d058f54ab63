import StateSpec

extension OriginalImport {
    /// One definition of `conf`.
    private struct Definition {
        let path: String
        let ready: GitReadyXML
        var xml: DomainXML { ready.parsed }
    }

    mutating func addDomains(_ tree: OriginalTree) throws(AdoptionRefusal) {
        var definitions: [Definition] = []
        for file in tree.definitions?.files ?? [] where file.path.hasSuffix(".xml") {
            let path = "conf/\(file.path)"
            let bytes = try OriginalTree.bytes(of: file, path)
            do throws(XMLProblem) {
                definitions.append(Definition(path: path, ready: try GitReadyXML(bytes)))
            } catch {
                findings.append(
                    AdoptionFinding(
                        .warning, error.code, Escaped(path).bare, "is left out: \(error.message)", hint: error.hint))
            }
        }
        let byName = Dictionary(grouping: definitions, by: { $0.xml.name.lowercased() })
        let byUUID = Dictionary(grouping: definitions.filter { $0.xml.uuid != nil }, by: \.xml.uuid)
        let users = users(definitions)
        for definition in definitions {
            do throws(Objection) {
                try addDomain(definition, twins: byName, doubles: byUUID, users)
            } catch {
                findings.append(error.finding)
            }
        }
        let defined = Set(definitions.map(\.xml.name)).union(existing.domains.map(\.name.text))
        for name in records.domains.subtracting(defined).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            findings.append(
                AdoptionFinding(
                    .warning, "no-xml", Escaped(name).bare,
                    "is left out: the records tell of it, and conf has no XML of it",
                    hint: "once it runs, `havirt cluster adopt` writes it down"))
        }
    }

    private func users(_ definitions: [Definition]) -> DiskUsers {
        let nothing = ObservedCluster(takenAt: Timestamp(secondsSinceEpoch: 0), nodes: [:])
        let context = PlanContext(PlanRequest(desired: existing, observed: nothing, now: nothing.takenAt))
        var users = context.disks
        for domain in existing.domains {
            users.add(domain.definition, uuid: domain.uuid, words: "\(domain.name), which git has,", on: 0)
        }
        for definition in definitions {
            guard let uuid = definition.xml.uuid else { continue }
            users.add(definition.xml.definition, uuid: uuid, words: Escaped(definition.xml.name).bare, on: 0)
        }
        return users
    }

    private mutating func addDomain(
        _ definition: Definition, twins: [String: [Definition]], doubles: [DomainUUID?: [Definition]],
        _ users: DiskUsers
    ) throws(Objection) {
        let text = definition.xml.name
        let shown = Escaped(text, charactersMax: 100).bare
        let name: DomainName
        do throws(NameError) {
            name = try DomainName(text)
        } catch {
            throw Objection(
                .warning, "invalid-name", shown, "\(error)",
                hint: "shut it down, rename it on its node and in \(Escaped(definition.path).bare), and import again")
        }
        guard let uuid = definition.xml.uuid else {
            throw Objection(
                .warning, "no-uuid", shown,
                "\(Escaped(definition.path).bare) has no uuid, by which havirt knows a domain",
                hint: "`virsh domuuid` tells it where the domain runs; else add one made by `uuidgen`")
        }
        if existing.domains.contains(where: { $0.uuid == uuid && $0.name == name }) { return }
        try demandIdentity(name, uuid, twins[text.lowercased()] ?? [], doubles[uuid] ?? [])
        let spec = DomainSpec(
            name: name, uuid: uuid, definition: definition.xml.definition, xml: definition.ready.bytes, xmlBlob: nil)
        if let clash = users.clash(with: spec) {
            throw Objection(
                .error, "disk-clash", name.text,
                "\(clash.user.words) \(clash.user.isHarmless ? "uses" : "writes") its disk \(clash.source)",
                hint: "give each domain storage of its own, or mark every such disk <shareable/> or <readonly/>")
        }
        candidates.append(try candidate(spec, definition))
    }

    private func demandIdentity(
        _ name: DomainName, _ uuid: DomainUUID, _ twins: [Definition], _ doubles: [Definition]
    ) throws(Objection) {
        for others in [twins, doubles] where others.count > 1 {
            let files = others.map { Escaped($0.path).bare }.joined(separator: " and ")
            throw Objection(
                .error, "name-taken", name.text, "\(files) have one name, in whatever case, or one uuid",
                hint: "remove the one that is out of date, and import again")
        }
        if existing.domains.contains(where: { $0.uuid == uuid || $0.name.text.lowercased() == name.text.lowercased() })
        {
            throw Objection(
                .error, "name-taken", name.text, "git has this name with another uuid, or this uuid with another name",
                hint: "see domains/ in git")
        }
    }

    private mutating func candidate(
        _ spec: DomainSpec, _ definition: Definition
    ) throws(Objection) -> AdoptionDraft.Candidate {
        let homes = (records.homes[spec.name.text] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if homes.count > 1 {
            let shown = homes.map { Escaped($0).bare }.joined(separator: " and ")
            throw Objection(
                .error, "double", spec.name.text, "it was recorded as running on \(shown)",
                hint: "see where it runs; once that is one node, `havirt cluster adopt` writes it down")
        }
        let known = Set(nodes.map(\.name) + existing.nodes.map(\.name))
        let home = homes.first.flatMap { try? NodeName($0) }.flatMap { known.contains($0) ? $0 : nil }
        let bond = Bond(
            cluster: cluster, hasClusterFile: base.hasClusterFile, name: spec.name, homes: [home].compactMap { $0 })
        let bonds = bond.findings(spec.definition)
        var told = bonds + definition.ready.findings(for: spec.name)
        var wish = DomainWish()
        if spec.definition.hostDevices > 0 { wish.migrate = .never }
        if !bonds.isEmpty { wish.nodes = home.map { [$0] } }
        let isKept = records.inMaintenance.contains(spec.name.text)
        if isKept {
            told.append(
                AdoptionFinding(
                    .notice, "maintenance", spec.name.text, "is in maintenance in the records: it is manual in git",
                    hint: "write `run: keepalive` once it may be started"))
        }
        wish.run = homes.isEmpty || isKept ? .manual : .keepalive
        var wished = spec
        wished.wish = wish
        return AdoptionDraft.Candidate(
            spec: wished, place: homes.first.map { "ran on \(Escaped($0).bare)" } ?? "did not run", findings: told)
    }
}
