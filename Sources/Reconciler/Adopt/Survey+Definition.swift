import StateSpec

extension Survey {
    /// The XML that git gets: what the next start would take, where the node keeps a definition; else what runs.
    func definition(
        of subject: Subject, _ name: DomainName
    ) throws(Objection) -> (spec: DomainSpec, findings: [AdoptionFinding]) {
        guard let home = subject.homes.first else { preconditionFailure("\(name) was seen nowhere") }
        let text = try text(home, name)
        let ready = try read(home, name) { () throws(XMLProblem) in try GitReadyXML(Array(text.utf8)) }
        if subject.active.isEmpty { try demandOneDefinition(subject, name, ready) }
        var findings = ready.findings(for: name)
        if let documents = home.domain.documents, let live = documents.live, documents.persistent != nil,
            try read(home, name, { () throws(XMLProblem) in try ready.differs(from: live, .live) })
        {
            findings.append(
                AdoptionFinding(
                    .notice, "changed-definition", name.text,
                    "runs on \(nodeName(home.node)) otherwise than it is defined there; git gets the definition, which its"
                        + " next start would have taken",
                    hint: "compare `virsh dumpxml` and `virsh dumpxml --inactive`"))
        }
        let spec = DomainSpec(
            name: name, uuid: subject.uuid, definition: ready.parsed.definition, xml: ready.bytes, xmlBlob: nil)
        return (spec, findings)
    }

    /// Of several definitions of a domain that is off everywhere, any may be the one that is right.
    private func demandOneDefinition(_ subject: Subject, _ name: DomainName, _ ready: GitReadyXML) throws(Objection) {
        for other in subject.homes.dropFirst() {
            let text = try text(other, name)
            guard try read(other, name, { () throws(XMLProblem) in try ready.differs(from: text, .persistent) }) else {
                continue
            }
            let nodes = subject.homes.map { nodeName($0.node).text }.joined(separator: " and ")
            throw Objection(
                .warning, "several-definitions", name.text, "its definitions on \(nodes) differ",
                hint: "`virsh undefine \(subject.uuid)` where it is out of date, and adopt again")
        }
    }

    private func text(_ home: (node: Int, domain: ObservedDomain), _ name: DomainName) throws(Objection) -> String {
        if let text = home.domain.documents?.persistent ?? home.domain.documents?.live { return text }
        throw Objection(
            .warning, "no-xml", name.text, "its XML was not read on \(nodeName(home.node))",
            hint: "adopt from the nodes, or from a scan that `havirt node scan --save` has written anew")
    }

    private func read<Value>(
        _ home: (node: Int, domain: ObservedDomain), _ name: DomainName, _ body: () throws(XMLProblem) -> Value
    ) throws(Objection) -> Value {
        do throws(XMLProblem) {
            return try body()
        } catch {
            throw Objection(
                .error, error.code, name.text,
                "its XML on \(nodeName(home.node)) cannot be put into git: \(error.message)",
                hint: error.hint ?? "see `virsh dumpxml \(home.domain.uuid)` there")
        }
    }
}
