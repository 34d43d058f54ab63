/// The file's name is the object's name; another one inside is a mistake of copying.
enum NamesInside {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        for node in set.nodes {
            compare(node.draft?.declared, with: node.name.text, node.path, &findings)
        }
        for portal in set.iscsi {
            compare(portal.draft?.declared, with: portal.name.text, portal.path, &findings)
        }
        for domain in set.domains {
            if let path = domain.yamlPath {
                compare(domain.wish?.draft.declared, with: domain.name.text, path, &findings)
            }
            if let xml = domain.xml?.document, let path = domain.xmlPath,
                !xml.name.utf8.elementsEqual(domain.name.text.utf8)
            {
                report(xml.name, xml.nameMark.place(in: path), domain.name.text, &findings)
            }
        }
    }

    private static func compare(
        _ declared: DeclaredName?, with name: String, _ path: String, _ findings: inout [Finding]
    ) {
        guard let declared, declared.text != name else { return }
        report(declared.text, declared.mark.place(in: path), name, &findings)
    }

    private static func report(_ inside: String, _ place: Place, _ name: String, _ findings: inout [Finding]) {
        findings.append(
            Finding(
                .error, place, code: "name-differs", "the name inside is \(Escaped(inside)), the file's is '\(name)'",
                hint: "write '\(name)', or rename the file"))
    }
}
