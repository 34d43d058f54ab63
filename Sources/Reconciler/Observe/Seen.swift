/// What was looked for on a node: found, or not to be told. Not to be told is never "nothing".
public enum Seen<Value: Equatable & Codable & Sendable>: Equatable, Sendable {
    /// What was found.
    case known(Value)
    /// Why it cannot be told, escaped.
    case unknown(String)

    /// The value, where it is known.
    public var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }
}

extension Seen: Codable {
    private enum CodingKeys: String, CodingKey { case known, unknown }

    /// Reads `{"known": …}` or `{"unknown": "why"}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let why = try container.decodeIfPresent(String.self, forKey: .unknown) {
            self = .unknown(why)
        } else {
            self = .known(try container.decode(Value.self, forKey: .known))
        }
    }

    /// Writes `{"known": …}` or `{"unknown": "why"}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .known(let value): try container.encode(value, forKey: .known)
        case .unknown(let why): try container.encode(why, forKey: .unknown)
        }
    }
}
