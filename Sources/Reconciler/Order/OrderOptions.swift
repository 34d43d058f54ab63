/// How far to look for an order, and what to choose among equals.
public struct OrderOptions: Equatable, Sendable {
    /// By domain, where it would rather end; empty where nobody would.
    public var prefer: [Int?] = []
    /// States that the exact search makes at most before it gives up. A bound on work and memory that, unlike one on
    /// time, gives the same result on every machine.
    public var statesMax = 400_000
    /// Nodes up to which the exact search is tried where the quick one is not known to be best.
    public var exactNodesMax = 10
    /// States over all searches for what clashes; none means that it is not looked for.
    public var clashStatesMax = 500_000

    /// The defaults.
    public init() {}
}
