import StateSpec

extension Adoption {
    /// Writes down what a tree of the original havirt says: a pure function, for which no node is asked.
    public static func make(_ tree: OriginalTree, base: AdoptionBase) throws -> Adoption {
        let existing = try base.usable()
        let records = try OriginalRecords(tree)
        var original = OriginalImport(base: base, existing: existing, records: records)
        original.addNodes()
        try original.addDomains(tree)
        return try original.draft.settled(now: nil) { _ in ([:], nil) }
    }
}
