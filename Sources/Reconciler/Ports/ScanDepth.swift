/// How much a scan asks for, still in one round trip.
public enum ScanDepth: String, Sendable {
    /// What decisions need: asked in every round.
    case round
    /// Besides, each domain's whole XML, which people ask for and no decision needs.
    case whole
    /// Besides, what nodes are to each other: the shapes of their networks, and who may log in where by ssh.
    case crosswise
}
