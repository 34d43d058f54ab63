/// How much a scan asks for, still in one round trip.
public enum ScanDepth: String, Sendable {
    /// What decisions need: asked in every round.
    case round
    /// Besides, what people ask for and no decision needs, such as each domain's whole XML.
    case whole
}
