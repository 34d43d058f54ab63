/// Of a plan that is never applied: what is only said of the commit, where an `apply` would be refused.
public enum Preview: Equatable, Sendable {
    /// Nothing; it may be applied.
    case none
    /// That it does not follow from what was applied: the scan was saved, and the repository may be a shallow copy, or
    /// older than the scan.
    case ofSavedScan
    /// That, and what is wrong with its signatures: it is some other revision than the tip, which may be made good yet.
    case ofRevision
}
