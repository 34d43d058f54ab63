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
}
