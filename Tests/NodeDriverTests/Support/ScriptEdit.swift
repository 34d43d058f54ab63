import Reconciler

@testable import NodeDriver

/// A check that is taken out of a script, to see what it keeps from happening.
struct ScriptEdit: Sendable {
    let check: String
    /// What stands there instead; by default the shell's way to do nothing.
    var instead = ":"

    /// How often the check is found in a script; anything but 1 is a test that has lost its object.
    func count(in script: NodeScript) -> Int {
        String(decoding: script.bytes, as: UTF8.self).ranges(of: check).count
    }
}
