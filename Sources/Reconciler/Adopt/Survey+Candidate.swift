import StateSpec

extension Survey {
    /// What git would get for a domain; or why it cannot be.
    func candidate(_ subject: Subject) throws(Objection) -> AdoptionDraft.Candidate {
        let name = try name(of: subject)
        try demandOneHome(subject, name)
        try demandOneWriter(subject, name)
        var (spec, findings) = try definition(of: subject, name)
        let places = places(of: spec, subject)
        spec.wish = places.wish
        spec.wish.run = subject.active.isEmpty ? .manual : .keepalive
        let words = subject.homes.map { nodeName($0.node).text }.joined(separator: ", ")
        findings += places.findings
        let place = subject.active.isEmpty ? "off, defined on \(words)" : "runs on \(words)"
        return AdoptionDraft.Candidate(spec: spec, place: place, findings: findings)
    }

    func nodeName(_ index: Int) -> NodeName { context.roster.entries[index].name }

    /// The name, where the nodes agree on one that havirt can use, and nobody else has it.
    private func name(of subject: Subject) throws(Objection) -> DomainName {
        for (node, domain) in subject.sights {
            guard case .notUnderstood(let why) = domain.seen else { continue }
            throw Objection(
                .error, "not-understood", subject.shown,
                "its XML on \(nodeName(node)) is not understood: \(Escaped(why).bare)",
                hint: "see `virsh dumpxml \(subject.uuid)` there")
        }
        guard let text = subject.names.first, subject.names.count == 1 else {
            let names = subject.names.map { Escaped($0).description }.joined(separator: " and ")
            throw Objection(
                .error, "several-names", subject.shown, "\(subject.uuid) is called \(names)",
                hint: "`virsh undefine` the one that is not needed, or `virsh domrename` it, and adopt again")
        }
        let name: DomainName
        do throws(NameError) {
            name = try DomainName(text)
        } catch {
            throw Objection(
                .warning, "invalid-name", subject.shown, "\(error)",
                hint: "shut it down, `virsh domrename \(subject.uuid) NEW-NAME`, and adopt again")
        }
        let folded = text.lowercased()
        if existing.domains.contains(where: { $0.name.text.lowercased() == folded }) {
            throw Objection(
                .error, "name-taken", name.text,
                "git has a domain of this name, in whatever case, with another uuid than \(subject.uuid)",
                hint: "`virsh domrename` it while it is off, and adopt again")
        }
        if let others = uuids[folded], others.count > 1 {
            let list = others.subtracting([subject.uuid]).sorted().map { "\($0)" }.joined(separator: " and ")
            throw Objection(
                .error, "name-taken", name.text,
                "\(subject.uuid) has a name that \(list) has, too, in whatever case",
                hint: "`virsh domrename` one while it is off, or undefine what is not needed, and adopt again")
        }
        return name
    }

    /// Twice at rest is twice; a side in motion is no second home, and the plan waits for it.
    private func demandOneHome(_ subject: Subject, _ name: DomainName) throws(Objection) {
        let homes = subject.active.filter { $0.domain.activity != .transition && $0.domain.activity != .critical }
        guard homes.count > 1 else { return }
        let words = homes.map { "\(Escaped($0.domain.state.description).bare) on \(nodeName($0.node))" }
        throw Objection(
            .error, "double-run", name.text, "it is active more than once: \(words.joined(separator: ", "))",
            hint:
                "see which of them is right and stop the other by hand, before both have written to its disk; then adopt"
                + " again")
    }

    /// Two domains that would write one storage are both left out: which is right, nobody but a person can tell.
    private func demandOneWriter(_ subject: Subject, _ name: DomainName) throws(Objection) {
        for sight in subject.sights {
            guard let definition = sight.domain.definition else { continue }
            let spec = DomainSpec(name: name, uuid: subject.uuid, definition: definition, xml: [], xmlBlob: nil)
            guard let clash = users.clash(with: spec) else { continue }
            let verb = clash.user.isHarmless ? "uses" : "writes"
            throw Objection(
                .error, "disk-clash", name.text,
                "\(clash.user.words) \(verb) its disk \(clash.source)"
                    + (clash.source == clash.user.source ? "" : ", as \(clash.user.source)"),
                hint:
                    "give each domain storage of its own, `virsh undefine` what is not needed, or mark every such disk"
                    + " <shareable/> or <readonly/>; then adopt again")
        }
    }

    /// The XML that git gets: what the next start would take, where the node keeps a definition; else what runs.
    private func definition(
        of subject: Subject, _ name: DomainName
    ) throws(Objection) -> (spec: DomainSpec, findings: [AdoptionFinding]) {
        var found: [(node: Int, ready: GitReadyXML)] = []
        for (node, domain) in subject.homes {
            guard let text = domain.documents?.persistent ?? domain.documents?.live else {
                throw Objection(
                    .warning, "no-xml", name.text, "its XML was not read on \(nodeName(node))",
                    hint: "adopt from the nodes, or from a scan that `havirt node scan --save` has written anew")
            }
            do throws(XMLProblem) {
                found.append((node, try GitReadyXML.make(Array(text.utf8))))
            } catch {
                throw Objection(
                    .error, error.code, name.text,
                    "its XML on \(nodeName(node)) cannot be put into git: \(error.message)",
                    hint: error.hint ?? "see `virsh dumpxml \(subject.uuid)` there")
            }
        }
        guard let first = found.first else { preconditionFailure("\(name) was seen nowhere") }
        if let other = found.first(where: { $0.ready.bytes != first.ready.bytes }), subject.active.isEmpty {
            throw Objection(
                .warning, "several-definitions", name.text,
                "its definitions on \(nodeName(first.node)) and \(nodeName(other.node)) differ",
                hint: "`virsh undefine \(subject.uuid)` where it is out of date, and adopt again")
        }
        do throws(XMLProblem) {
            let parsed = try DomainXMLParser.parse(first.ready.bytes, origin: .git)
            let spec = DomainSpec(
                name: name, uuid: subject.uuid, definition: parsed.definition, xml: first.ready.bytes, xmlBlob: nil)
            return (spec, first.ready.findings(for: name) + pending(subject, name))
        } catch {
            preconditionFailure("havirt wrote XML that it cannot read: \(error)")
        }
    }

    /// A definition that was changed since the domain started takes effect at its next start, as it would have anyway.
    private func pending(_ subject: Subject, _ name: DomainName) -> [AdoptionFinding] {
        subject.active.compactMap { node, domain in
            guard let documents = domain.documents, let live = documents.live, let kept = documents.persistent,
                let running = try? GitReadyXML.make(Array(live.utf8)),
                let next = try? GitReadyXML.make(Array(kept.utf8)), running.bytes != next.bytes
            else { return nil }
            return AdoptionFinding(
                .notice, "changed-definition", name.text,
                "runs on \(nodeName(node)) otherwise than it is defined there; git gets the definition, which its next"
                    + " start would have taken",
                hint: "compare `virsh dumpxml` and `virsh dumpxml --inactive`")
        }
    }
}
