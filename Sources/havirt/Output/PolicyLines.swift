import Reconciler
import StateSpec

/// The lines of `havirt.conf` that allow what domains ask for.
struct PolicyLines {
    /// `xmlPolicy:` and what stands below it; ending in a newline.
    let text: String
    /// What no lines can allow, a line each.
    let never: [String]
    /// Whether the policy that is in force allows it all.
    let isAllowed: Bool

    /// - Parameter current: the policy that is in force, which is then extended; nil for what these ask for and no more.
    init(_ documents: [[UInt8]], current: XMLPolicy?) throws {
        let made = current?.extended(by: documents) ?? XMLPolicy.needed(by: documents)
        text = try made.policy.text()
        never = made.never.map { "\($0.message)" }
        isAllowed = made.policy == current && never.isEmpty
    }
}
