public import StateSpec

/// One domain's definition three ways, as XML: what runs and what is stored, each against git's.
public enum DefinitionText {
    /// The lines of a unified diff for each that differs, escaped; none where all say the same, or nothing was seen.
    public static func lines(_ spec: DomainSpec, _ request: PlanRequest) -> [String] {
        guard let git = document(Array(spec.xml)) else { return [] }
        let name = "git \(request.commit?.short ?? "uncommitted") domains/\(spec.name).xml"
        var lines: [String] = []
        for (node, reading) in request.observed.nodes.sorted(by: { $0.key < $1.key }) {
            guard let seen = reading.node?.domains.first(where: { $0.uuid == spec.uuid })?.documents else { continue }
            let running = difference(git, seen.live, .live)
            let stored = difference(git, seen.persistent, .persistent)
            if !running.isEmpty, running == stored {
                lines += head(name, "running and stored on \(node)") + running
                continue
            }
            if !running.isEmpty { lines += head(name, "running on \(node)") + running }
            if !stored.isEmpty { lines += head(name, "stored on \(node)") + stored }
        }
        return lines
    }

    private static func head(_ git: String, _ node: String) -> [String] { ["--- \(git)", "+++ \(node)"] }

    /// Without its head, so that two can be compared.
    private static func difference(_ git: DomainDocument, _ text: String?, _ form: DocumentForm) -> [String] {
        guard let text, let node = document(Array(text.utf8)) else { return [] }
        return Array(DriftText.lines(from: git, to: node, form, names: (git: "", node: "")).dropFirst(2))
    }

    private static func document(_ bytes: [UInt8]) -> DomainDocument? {
        do { return try DomainDocument(bytes) } catch { return nil }
    }
}
