/// A value to be written as YAML.
public enum YAMLValue: Equatable, Sendable {
    /// A text; quoted where YAML would take it for something else.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A finite number.
    case number(Double)
    /// `true` or `false`.
    case bool(Bool)
    /// A list.
    case sequence([YAMLValue])
    /// Keys and values, in this order.
    case mapping([YAMLField])
}

/// A key and its value, to be written as YAML.
public struct YAMLField: Equatable, Sendable {
    /// The key.
    public let key: String
    /// The value.
    public let value: YAMLValue

    /// A field.
    public init(_ key: String, _ value: YAMLValue) {
        self.key = key
        self.value = value
    }
}
