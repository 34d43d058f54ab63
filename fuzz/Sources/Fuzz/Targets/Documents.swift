import StateSpec

extension FuzzTarget {
    /// The XML of domains, as git and nodes have it.
    static let documents: [FuzzTarget] = [
        FuzzTarget("document", corpus: ["Tests/StateSpecTests/Data/Documents", "examples"], endings: [".xml"]) {
            bytes in
            guard let document = try? DomainDocument(bytes) else { return }
            for form in [DocumentForm.live, .persistent] {
                demand(document.differences(from: document, form).isEmpty, "a document differs from itself")
            }
            // What is written reads as what it was.
            let again = try? DomainDocument(Array(document.root.formatted().utf8))
            demand(again != nil, "a document that was written cannot be read")
            if let again {
                let changes = document.differences(from: again, .persistent)
                demand(changes.isEmpty, "writing a document changes it: \(changes)")
            }
        },
        FuzzTarget("mark", corpus: ["Tests/StateSpecTests/Data/Documents", "examples"], endings: [".xml"]) { bytes in
            guard let rendered = try? DomainXMLParser.render(bytes, mark: mark) else { return }
            let parsed = try? DomainXMLParser.parse(rendered)
            demand(parsed?.definition.mark == mark, "what is started does not carry the mark")
        },
        FuzzTarget("policy", corpus: ["Tests/StateSpecTests/Data"], endings: [".xml"]) { bytes in
            let breaches = XMLPolicy().breaches(of: bytes)
            demand(breaches.allSatisfy { isPrintable("\($0.message) \($0.hint)") }, "a breach cannot be shown")
            // What a policy can allow, the one that is made for it allows.
            let (policy, never) = XMLPolicy.needed(by: [bytes])
            demand(never.allSatisfy { $0.grant == nil }, "a grant grants nothing: \(never)")
            demand(policy.breaches(of: bytes) == never, "a policy is judged twice, and not alike")
        },
        FuzzTarget("network", corpus: ["lab", "Tests/StateSpecTests/Data"], endings: [".xml"]) { bytes in
            _ = NetworkShape.parse(bytes)
        },
    ]

    private static let mark: DomainMark = {
        guard let id = ObjectID(String(repeating: "a", count: 40)) else { fatalError("no id") }
        return DomainMark(commit: id, xml: id)
    }()
}
