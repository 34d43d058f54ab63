internal import StateSpec

extension YAMLValue {
    /// The text of a value that has one spelling: a uuid, a name, a time.
    static func text(_ value: some CustomStringConvertible) -> YAMLValue { .string(value.description) }

    /// A whole number.
    static func count(_ number: Int) -> YAMLValue { .integer(Int64(number)) }

    /// The fields that have a value.
    static func fields(_ fields: KeyValuePairs<String, YAMLValue?>) -> YAMLValue {
        .mapping(fields.compactMap { key, value in value.map { YAMLField(key, $0) } })
    }

    /// Entries in the order of their keys, so that equal records are equal bytes.
    static func entries<Key: Comparable & CustomStringConvertible, Value>(
        _ entries: [Key: Value], _ write: (Value) -> YAMLValue
    ) -> YAMLValue {
        .mapping(entries.sorted { $0.key < $1.key }.map { YAMLField($0.key.description, write($0.value)) })
    }

    /// An amount of memory in the largest unit that keeps it exact.
    static func memory(_ size: MemorySize) -> YAMLValue {
        let units: KeyValuePairs<String, UInt64> = ["TiB": 1 << 30, "GiB": 1 << 20, "MiB": 1 << 10]
        for (name, factor) in units where size.kibibytes > 0 && size.kibibytes % factor == 0 {
            return .string("\(size.kibibytes / factor) \(name)")
        }
        return .string("\(size.kibibytes) KiB")
    }
}
