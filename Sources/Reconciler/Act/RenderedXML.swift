import StateSpec

extension DomainSpec {
    /// The XML as the domain would be started: git's, with the commit and the digest in its metadata.
    func renderedXML(commit: ObjectID) throws -> [UInt8] {
        // TEMP until spec branch
        xml
    }
}
