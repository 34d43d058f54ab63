/// Lines of `Key:   value`, as virsh prints them in English, which `LC_ALL=C` grants.
struct KeyedLines {
    private let values: [String: ArraySlice<UInt8>]

    /// Takes the first line of each key; lines without a colon are left out.
    init(_ text: ArraySlice<UInt8>) throws(Unreadable) {
        var values: [String: ArraySlice<UInt8>] = [:]
        for line in try ByteText.filledLines(text) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let key = ByteText.string(line[..<colon])
            if values[key] == nil { values[key] = ByteText.trim(line[(colon + 1)...]) }
        }
        self.values = values
    }

    /// The value of a key that may be absent.
    func optional(_ key: String) -> ArraySlice<UInt8>? { values[key] }

    /// The value of a key that must be there.
    subscript(key: String) -> ArraySlice<UInt8> {
        get throws(Unreadable) {
            guard let value = values[key], !value.isEmpty else { throw Unreadable("'\(key):' is missing") }
            return value
        }
    }
}
