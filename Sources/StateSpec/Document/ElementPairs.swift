/// The children of two elements, each with its like on the other side.
enum ElementPairs {
    enum Pair {
        case both(DomainElement, DomainElement)
        case wished(DomainElement)
        case actual(DomainElement)
    }

    private struct Key: Hashable {
        let name: String
        let key: String
    }

    /// By identity, in git's order; what only the node has comes behind, in the node's order.
    static func match(_ wished: DomainElement, _ actual: DomainElement, in parent: String) -> [Pair] {
        let left = wished.children
        let right = actual.children
        var matches = [Int?](repeating: nil, count: left.count)
        var isTaken = [Bool](repeating: false, count: right.count)
        func pass(_ leftKey: (DomainElement) -> Key?, _ rightKey: (DomainElement) -> Key?) {
            var free: [Key: [Int]] = [:]
            for index in right.indices.reversed() where !isTaken[index] {
                if let key = rightKey(right[index]) { free[key, default: []].append(index) }
            }
            for index in left.indices where matches[index] == nil {
                guard let key = leftKey(left[index]), let found = free[key]?.popLast() else { continue }
                matches[index] = found
                isTaken[found] = true
            }
        }
        let isDevices = parent == "devices"
        func byKey(_ element: DomainElement) -> Key? {
            if isDevices, element.name == "interface" { return nil }
            return Key(name: element.name, key: DeviceIdentity.key(element, in: parent))
        }
        pass(byKey, byKey)
        guard isDevices else { return pairs(left, right, matches, isTaken) }
        pass(mac, mac)
        pass({ mac($0) == nil ? network($0) : nil }, network)
        pass({ mac($0) == nil ? anyInterface($0) : nil }, anyInterface)
        // A model, a type or an index that git leaves to libvirt.
        pass(vague, { element in vague(element, as: element) })
        return pairs(left, right, matches, isTaken)
    }

    private static func pairs(
        _ left: [DomainElement], _ right: [DomainElement], _ matches: [Int?], _ isTaken: [Bool]
    ) -> [Pair] {
        var pairs = left.indices.map { index in
            matches[index].map { Pair.both(left[index], right[$0]) } ?? .wished(left[index])
        }
        for index in right.indices where !isTaken[index] { pairs.append(.actual(right[index])) }
        return pairs
    }

    // MARK: - Interfaces

    private static func mac(_ element: DomainElement) -> Key? {
        guard element.name == "interface", let mac = element.child("mac")?["address"] else { return nil }
        return Key(name: "mac", key: mac.lowercased())
    }

    private static func network(_ element: DomainElement) -> Key? {
        guard element.name == "interface" else { return nil }
        let source = element.child("source")
        let name = source?["network"] ?? source?["bridge"] ?? source?["dev"] ?? source?["path"] ?? source?["port"]
        return Key(name: element["type"] ?? "", key: name ?? "")
    }

    private static func anyInterface(_ element: DomainElement) -> Key? {
        element.name == "interface" ? Key(name: "interface", key: "") : nil
    }

    // MARK: - Devices of which git says less than libvirt does

    private static func vague(_ element: DomainElement) -> Key? {
        switch element.name {
        case "controller" where element["index"] == nil: Key(name: "controller", key: element["type"] ?? "")
        case "panic" where element["model"] == nil, "watchdog" where element["model"] == nil,
            "sound" where element["model"] == nil, "input" where element["bus"] == nil:
            Key(name: element.name, key: element["type"] ?? "")
        default: nil
        }
    }

    private static func vague(_ element: DomainElement, as: DomainElement) -> Key? {
        switch element.name {
        case "controller", "panic", "watchdog", "sound", "input": Key(name: element.name, key: element["type"] ?? "")
        default: nil
        }
    }
}
