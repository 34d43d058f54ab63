/// An amount of memory, in KiB as libvirt counts it.
public struct MemorySize: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The amount in KiB.
    public let kibibytes: UInt64

    /// From KiB.
    public init(kibibytes: UInt64) { self.kibibytes = kibibytes }

    /// From MiB.
    public init(mebibytes: UInt64) { self.kibibytes = mebibytes * 1024 }

    /// Nothing.
    public static let zero = MemorySize(kibibytes: 0)

    /// The largest amount a spec may name: 1 PiB. Sums of it over any cluster fit 64 bits.
    public static let specMax = MemorySize(kibibytes: 1 << 40)

    /// In the largest unit that keeps the value exact to one decimal: "512 MiB", "1.5 GiB".
    public var description: String {
        let units: [(String, UInt64)] = [("TiB", 1 << 30), ("GiB", 1 << 20), ("MiB", 1 << 10)]
        for (name, size) in units where kibibytes >= size {
            let tenths = (kibibytes * 10 + size / 2) / size
            return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(kibibytes) KiB"
    }

    /// Smaller amount first.
    public static func < (left: Self, right: Self) -> Bool { left.kibibytes < right.kibibytes }
    /// The sum.
    public static func + (left: Self, right: Self) -> Self { Self(kibibytes: left.kibibytes + right.kibibytes) }
    /// Adds in place.
    public static func += (left: inout Self, right: Self) { left = left + right }
    /// The difference, never below zero.
    public static func - (left: Self, right: Self) -> Self {
        Self(kibibytes: left.kibibytes > right.kibibytes ? left.kibibytes - right.kibibytes : 0)
    }
}

extension MemorySize: Codable {
    /// Reads an integer of KiB.
    public init(from decoder: any Decoder) throws {
        kibibytes = try decoder.singleValueContainer().decode(UInt64.self)
    }

    /// Writes an integer of KiB.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(kibibytes)
    }
}
