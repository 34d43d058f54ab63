/// A set of small numbers that is also a list, so that one can be drawn from it.
struct IndexList {
    private(set) var items: [Int] = []
    // Of each number, where it stands; -1 for one that is not in.
    private var position: [Int]

    /// Empty; for numbers below `capacity`.
    init(capacity: Int) { position = Array(repeating: -1, count: capacity) }

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }
    subscript(_ index: Int) -> Int { items[index] }

    func contains(_ number: Int) -> Bool { position[number] >= 0 }

    /// Puts a number in or takes it out.
    mutating func set(_ number: Int, _ isIn: Bool) {
        let index = position[number]
        if isIn, index < 0 {
            position[number] = items.count
            items.append(number)
        } else if !isIn, index >= 0 {
            items.swapAt(index, items.count - 1)
            position[items[index]] = index
            items.removeLast()
            position[number] = -1
        }
    }
}
