import StateSpec

/// A node's XML of a domain as git gets it.
struct GitReadyXML {
    let bytes: [UInt8]
    let secrets: [(path: String, what: String)]

    static func make(_ xml: [UInt8]) throws(XMLProblem) -> GitReadyXML {
        _ = try DomainXMLParser.parse(xml, origin: .node)
        return GitReadyXML(bytes: xml, secrets: [])
    }

    /// What was left out, which a person has to bring back in another way.
    func findings(for name: DomainName) -> [AdoptionFinding] {
        secrets.map { secret in
            AdoptionFinding(
                .warning, "secret-left-out", name.text,
                "\(secret.what) at \(Escaped(secret.path).bare) is left out of domains/\(name).xml",
                hint: "it does not belong into git, and a domain that havirt starts comes up without it: keep it in a"
                    + " libvirt secret, or set it once it runs")
        }
    }
}
