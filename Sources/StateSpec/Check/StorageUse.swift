/// One storage that a disk of a domain uses.
struct StorageUse: Sendable {
    /// The storage without what may differ between two ways to it.
    let key: DomainDisk.Source
    /// A number that equal keys share: comparing all domains at every load must not hash all their paths again.
    let digest: UInt64
    let line: Int
    /// Whether the disk is shareable or only read.
    let isHarmless: Bool

    /// Nil for what is no storage.
    init?(_ source: DomainDisk.Source, line: Int, isHarmless: Bool) {
        var digest = Digest()
        switch source {
        // A device as a file and as a block device is one device.
        case .file(let path), .block(let path):
            key = .file(path: path)
            digest.combine(path)
        case .volume(let pool, let volume):
            key = source
            digest.combine(pool)
            digest.combine(volume)
        case .network(let transport, let name, _):
            if name.isEmpty { return nil }
            key = .network(protocol: transport, name: name, hosts: [])
            digest.combine(name)
        case .other, .empty: return nil
        }
        self.digest = digest.value
        self.line = line
        self.isHarmless = isHarmless
    }
}

/// FNV-1a of bytes. Only to find candidates; what it finds is compared in full.
struct Digest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func combine(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }

    mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte) }
    }
}
