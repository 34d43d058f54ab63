public import StateSpec

extension DomainSpec {
    /// The XML as the domain is started: git's, with the commit and the digest of the XML in its metadata.
    ///
    /// The digest is the blob's id; a file of a work tree has none, and is never started.
    public func renderedXML(commit: ObjectID) throws(RoundError) -> [UInt8] {
        guard let blob = xmlBlob else { throw RoundError("the XML of \(name) is not in any commit") }
        do throws(XMLProblem) {
            return try DomainXMLParser.render(xml, mark: DomainMark(commit: commit, xml: blob))
        } catch {
            throw RoundError("the XML of \(name) cannot be marked: \(error)")
        }
    }
}
