/// One live migration in a model.
public struct Relocation: Hashable, Sendable {
    /// The domain.
    public let domain: Int
    /// Where it is.
    public let source: Int
    /// Where it goes.
    public let target: Int

    /// A migration.
    public init(domain: Int, source: Int, target: Int) {
        self.domain = domain
        self.source = source
        self.target = target
    }
}
