/// One storage that a disk of a domain uses.
struct StorageUse: Sendable {
    /// Which storage, as far as its name tells.
    let key: StorageKey
    /// The name by which the disk has it.
    let source: DomainDisk.Source
    /// A number that uses of one device share: comparing all domains at every load must not hash all their names again.
    let digest: UInt64
    let line: Int
    /// Of a LUN below `/dev/disk/by-path`, its portal as it is spelled there.
    let portal: String?
    /// Whether the disk is shareable or only read.
    let isHarmless: Bool

    /// Nil for what is no storage.
    init?(_ source: DomainDisk.Source, line: Int, isHarmless: Bool) {
        guard let key = StorageKey(source) else { return nil }
        self.key = key
        self.source = source
        if case .lun = key.device { portal = source.path.flatMap(DevicePath.portal) } else { portal = nil }
        digest = key.device.digest
        self.line = line
        self.isHarmless = isHarmless
    }
}

extension StorageKey.Device {
    var digest: UInt64 {
        var digest = Digest()
        switch self {
        case .lun(let address):
            digest.combine(UInt8(truncatingIfNeeded: address.number))
            digest.combine(address.target)
        case .wwid(let wwid): digest.combine(wwid.text)
        case .path(let path): digest.combine(path)
        case .network(_, let name): digest.combine(name)
        case .volume(let pool, let volume):
            digest.combine(pool)
            digest.combine(volume)
        }
        return digest.value
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
