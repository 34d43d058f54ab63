/// A line of an ssh config, without what means nothing: blanks, case of the keyword, `=` for a blank.
public struct SSHConfigLine: Hashable, Sendable, CustomStringConvertible {
    /// What the line says.
    public enum Value: Hashable, Sendable {
        /// It may be shown.
        case shown(String)
        /// It may be a secret, such as a command with a password in it: all that is kept tells equal lines from others.
        case hidden(String)
    }

    /// The keyword in small letters; nil where it is none of OpenSSH's, and so may be anything, a key pasted by mistake
    /// included.
    public let keyword: String?
    /// What follows it.
    public let value: Value

    /// A line.
    public init(keyword: String?, value: Value) {
        self.keyword = keyword
        self.value = value
    }

    /// The line, as far as it may be shown; not escaped.
    public var description: String {
        switch (keyword, value) {
        case (let keyword?, .shown(let text)): text.isEmpty ? keyword : "\(keyword) \(text)"
        case (let keyword?, .hidden): "\(keyword) (not shown)"
        case (nil, _): "a line that is none of OpenSSH's (not shown)"
        }
    }
}

extension SSHConfigLine: Codable {
    private enum CodingKeys: String, CodingKey { case keyword, value, hidden }

    /// Reads a line with either `value` or `hidden`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let hidden = try container.decodeIfPresent(String.self, forKey: .hidden)
        self.init(
            keyword: try container.decodeIfPresent(String.self, forKey: .keyword),
            value: try hidden.map(Value.hidden) ?? .shown(try container.decode(String.self, forKey: .value)))
    }

    /// Writes a line with either `value` or `hidden`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(keyword, forKey: .keyword)
        switch value {
        case .shown(let text): try container.encode(text, forKey: .value)
        case .hidden(let digest): try container.encode(digest, forKey: .hidden)
        }
    }
}
