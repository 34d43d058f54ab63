/// The standard input of a script, read line by line as its shell does.
struct ScriptInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next line without its newline; nil at the end.
    mutating func line() -> String? {
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    /// So many lines; nil if there are fewer.
    mutating func lines(_ count: Int) -> [String]? {
        var lines: [String] = []
        while lines.count < count {
            guard let line = line() else { return nil }
            lines.append(line)
        }
        return lines
    }

    /// What has not been read.
    var remainder: [UInt8] { Array(rest) }
}

/// The standard output of a script: frames behind markers.
struct ScriptOutput {
    private(set) var bytes: [UInt8] = []
    private let token: String

    init(token: String) { self.token = token }

    mutating func mark(_ label: String) { bytes += Array("\(token):\(label)/".utf8) }

    mutating func print(_ text: String) { bytes += Array(text.utf8) }

    mutating func print(_ text: [UInt8]) { bytes += text }

    /// A frame with a text.
    mutating func frame(_ label: String, _ text: String = "") {
        mark(label)
        print(text)
    }
}
