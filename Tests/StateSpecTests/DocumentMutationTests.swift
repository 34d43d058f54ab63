import StateSpec
import Testing

/// The comparison is not silent because it is blind: whatever a person does to a domain is told, and nothing else.
@Suite struct DocumentMutationTests {
    @Test(arguments: DocumentMutation.all)
    func told(_ mutation: DocumentMutation) {
        var count = 0
        for pair in DocumentCorpus.all {
            let before = DocumentTests.known[pair.name] ?? []
            var expected: [DocumentMutation.Told]?
            let node = pair.node.changed { expected = mutation.change(&$0, pair.git.root) }
            guard let expected else { continue }
            count += 1
            let found = pair.git.differences(from: node, pair.form).filter { !before.contains($0.words) }
            let told = found.map { DocumentMutation.Told(path: $0.path, driftClass: $0.driftClass) }
            #expect(told == expected, "\(pair.name): \(found.map(\.words))")
            if count > 1 { continue }
            let shown = DriftText.lines(from: pair.git, to: node, pair.form, names: (git: "g", node: "n"))
            #expect(!shown.isEmpty, "\(pair.name)")
        }
        #expect(count > 0, "it can be done to none of the documents")
    }
}
