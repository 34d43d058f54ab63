import StateSpec

/// A domain's XML as git gets it, out of a node's or of one that somebody has written.
struct GitReadyXML {
    /// The text: without what libvirt generates, and without secrets.
    let bytes: [UInt8]
    /// What the text says, as far as havirt decides by it.
    let parsed: DomainXML
    private let document: DomainDocument
    private let omitted: [OmittedSecret]

    /// Fails where git could not have it: it is no XML of a domain, or too large.
    init(_ xml: [UInt8]) throws(XMLProblem) {
        let portable = try DomainDocument(xml).portable
        bytes = portable.xml
        omitted = portable.omitted
        document = try DomainDocument(bytes)
        parsed = try DomainXMLParser.parse(bytes, origin: .git)
    }

    /// Whether a node's XML of the same domain means something else, other than what libvirt adds by itself.
    func differs(from text: String, _ form: DocumentForm) throws(XMLProblem) -> Bool {
        try !document.differences(from: DomainDocument(Array(text.utf8)), form).isEmpty
    }

    /// What was left out, which a person has to bring back in another way.
    func findings(for name: DomainName) -> [AdoptionFinding] {
        omitted.map { secret in
            AdoptionFinding(
                .warning, "secret-left-out", name.text,
                "has \(secret.what) (\(Escaped(secret.path).bare)), which is left out of domains/\(name).xml",
                hint: "it does not belong into git, and a domain that havirt starts comes up without it: keep it in a"
                    + " libvirt secret, or set it once it runs")
        }
    }
}
