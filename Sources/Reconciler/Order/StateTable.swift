/// Which state a fingerprint belongs to: open addressing, of states that a search keeps itself.
struct StateTable {
    private struct Slot {
        var hash = StateHash.Value()
        var state: Int32 = -1
    }

    private var slots: [Slot] = Array(repeating: Slot(), count: 1 << 10)
    private var count = 0

    /// The state with a fingerprint.
    subscript(hash: StateHash.Value) -> Int? {
        let state = slots[place(of: hash)].state
        return state < 0 ? nil : Int(state)
    }

    /// Says which state a fingerprint belongs to from now on.
    mutating func set(_ hash: StateHash.Value, to state: Int) {
        let index = place(of: hash)
        if slots[index].state < 0 { count += 1 }
        slots[index] = Slot(hash: hash, state: Int32(state))
        if count * 2 > slots.count { grow() }
    }

    private func place(of hash: StateHash.Value) -> Int {
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash.low) & mask
        while slots[index].state >= 0, slots[index].hash != hash { index = (index + 1) & mask }
        return index
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: 2 * old.count)
        for slot in old where slot.state >= 0 { slots[place(of: slot.hash)] = slot }
    }
}
