/// Sizes of disks, which are compared to the byte.
enum ByteCount {
    /// In the largest unit that has no fraction: "64 MiB", "1000204886016 bytes".
    static func words(_ bytes: Int64) -> String {
        let units: [(String, Int64)] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (name, size) in units where bytes >= size && bytes % size == 0 { return "\(bytes / size) \(name)" }
        return "\(bytes) bytes"
    }
}
