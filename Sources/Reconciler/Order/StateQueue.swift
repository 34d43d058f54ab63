/// States that wait to be looked at, the most promising first: a binary heap.
struct StateQueue {
    /// What decides, in the order in which it is declared.
    struct Entry {
        /// What an order through the state costs at least.
        let bound: OrderCost
        /// Migrations still to be made at least.
        let remaining: Int
        /// Wishes not met so far, and the largest load that it made.
        let misses: Int
        let load: Double
        let state: Int

        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            if left.bound != right.bound { return left.bound < right.bound }
            if left.remaining != right.remaining { return left.remaining < right.remaining }
            if left.misses != right.misses { return left.misses < right.misses }
            if left.load != right.load { return left.load < right.load }
            return left.state < right.state
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Entry.precedes(entries[child], entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let last = entries.popLast() else { return nil }
        guard let first = entries.first else { return last }
        entries[0] = last
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < entries.count else { break }
            if least + 1 < entries.count, Entry.precedes(entries[least + 1], entries[least]) { least += 1 }
            guard Entry.precedes(entries[least], entries[parent]) else { break }
            entries.swapAt(least, parent)
            parent = least
        }
        return first
    }
}
