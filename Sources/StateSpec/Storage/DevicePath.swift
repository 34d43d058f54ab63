/// What the names below `/dev` tell, by the rules of udev, multipath and LVM.
enum DevicePath {
    /// The key of a normal path; nil for one that tells nothing but itself.
    static func key(_ path: String) -> StorageKey? {
        guard let name = cut("/dev/", from: path.utf8[...]) else { return nil }
        if let name = cut("disk/by-path/", from: name) { return byPath(name) }
        if let name = cut("disk/by-id/", from: name) { return byID(name) }
        if let name = cut("mapper/", from: name) { return mapper(name) }
        let parts = name.split(separator: UInt8(ascii: "/"))
        if parts.count == 1 { return kernelName(name) }
        // Two parts are a volume group and a volume, which the device mapper has as one name with its dashes doubled.
        guard parts.count == 2, !name.starts(with: "disk/".utf8) else { return nil }
        let volume = parts.map { Substring($0).split(separator: "-", omittingEmptySubsequences: false) }
        return StorageKey(.path("/dev/mapper/" + volume.map { $0.joined(separator: "--") }.joined(separator: "-")))
    }

    /// The portal of an iSCSI LUN below `/dev/disk/by-path`, as it is spelled there; nil for any other path.
    static func portal(_ path: String) -> String? {
        let plain = AbsolutePath.isNormal(path) ? path : AbsolutePath.normalised(path) ?? path
        guard let name = cut("/dev/disk/by-path/", from: plain.utf8[...]), lun(partition(of: name).whole) != nil,
            let end = index(of: "-iscsi-", in: name)
        else { return nil }
        let way = name[..<end]
        // `lun` has seen that it stands behind either.
        let start = index(of: "-ip-", in: way).map { way.index(after: $0) } ?? way.startIndex
        return String(Substring(way[start...].dropFirst(3)))
    }

    private static func byPath(_ name: Substring.UTF8View) -> StorageKey {
        let (whole, partition) = partition(of: name)
        if let lun = lun(whole) { return StorageKey(.lun(lun), partition: partition) }
        return StorageKey(.path("/dev/disk/by-path/\(Substring(whole))"), partition: partition)
    }

    /// `[BUS-]ip-PORTAL-iscsi-TARGET-lun-NUMBER`. An IPv6 portal stands without brackets, and no portal matters.
    private static func lun(_ name: Substring.UTF8View) -> ISCSILUNAddress? {
        guard let start = index(of: "-iscsi-", in: name) else { return nil }
        let portal = name[..<start]
        guard portal.starts(with: "ip-".utf8) || index(of: "-ip-", in: portal) != nil else { return nil }
        let rest = name[start...].dropFirst(7)
        // A target's name may hold anything but a slash, the number's name included.
        var end: Substring.UTF8View.Index?
        var from = rest
        while let next = index(of: "-lun-", in: from) {
            end = next
            from = rest[rest.index(after: next)...]
        }
        guard let end, let number = lunNumber(rest[end...].dropFirst(5)), end > rest.startIndex else { return nil }
        return ISCSILUNAddress(target: String(Substring(rest[..<end])), number: number)
    }

    /// Above 255 udev writes the eight bytes of SAM: two of addressing method and number, and six that are zero here.
    private static func lunNumber(_ text: Substring.UTF8View) -> Int? {
        guard let digits = cut("0x", from: text) else { return Int(plainDigits: text) }
        guard digits.count == 16, let value = UInt64(Substring(digits), radix: 16), value & 0xFFFF_FFFF_FFFF == 0
        else { return nil }
        return Int(value >> 48) & 0x3FFF
    }

    private static func byID(_ name: Substring.UTF8View) -> StorageKey {
        if let name = cut("dm-name-", from: name) { return mapper(name) }
        if let uuid = cut("dm-uuid-", from: name) { return StorageKey(mapUUID: String(Substring(uuid))) }
        let (whole, partition) = partition(of: name)
        if whole.starts(with: "wwn-".utf8) {
            return StorageKey(.wwid(WWID(String(Substring(whole)))), partition: partition)
        }
        if let id = cut("scsi-", from: whole), let text = WWID.page83(id) {
            return StorageKey(.wwid(WWID(text)), partition: partition)
        }
        if let id = cut("nvme-", from: whole), ["eui.", "uuid.", "nvme."].contains(where: { id.starts(with: $0.utf8) })
        {
            return StorageKey(.wwid(WWID(String(Substring(id)))), partition: partition)
        }
        return StorageKey(.path("/dev/disk/by-id/\(Substring(whole))"), partition: partition)
    }

    /// A map's name. multipath names a map by its WWID, or `mpath` and letters; kpartx adds the partition.
    private static func mapper(_ name: Substring.UTF8View) -> StorageKey {
        var (whole, partition) = partition(of: name)
        if partition == nil, let (stem, number) = digitsEnd(name) {
            // kpartx puts a `p` between only where the name ends in a digit.
            if isMultipath(stem) {
                (whole, partition) = (stem, number)
            } else if stem.last == UInt8(ascii: "p"), WWID.page83(stem.dropLast()) != nil {
                (whole, partition) = (stem.dropLast(), number)
            }
        }
        if let text = WWID.page83(whole), text.utf8.starts(with: "naa.".utf8) {
            return StorageKey(.wwid(WWID(text)), partition: partition)
        }
        return StorageKey(.path("/dev/mapper/\(Substring(whole))"), partition: partition)
    }

    private static func isMultipath(_ name: Substring.UTF8View) -> Bool {
        guard let letters = cut("mpath", from: name) else { return false }
        return !letters.isEmpty && letters.allSatisfy { (0x61...0x7A).contains($0) }
    }

    /// The kernel's name of a disk: letters, or ending in a digit with `p` before the partition.
    private static func kernelName(_ name: Substring.UTF8View) -> StorageKey? {
        guard let (stem, number) = digitsEnd(name) else { return nil }
        if let kind = ["sd", "vd", "xvd", "hd"].first(where: { stem.starts(with: $0.utf8) }),
            stem.count > kind.utf8.count, stem.allSatisfy({ (0x61...0x7A).contains($0) })
        {
            return StorageKey(.path("/dev/\(Substring(stem))"), partition: number)
        }
        let whole = stem.dropLast()
        guard stem.last == UInt8(ascii: "p"), whole.last.map({ (0x30...0x39).contains($0) }) == true,
            ["nvme", "mmcblk", "nbd", "loop", "md"].contains(where: { whole.starts(with: $0.utf8) })
        else { return nil }
        return StorageKey(.path("/dev/\(Substring(whole))"), partition: number)
    }

    // MARK: - Text

    static func cut(_ prefix: String, from text: Substring.UTF8View) -> Substring.UTF8View? {
        text.starts(with: prefix.utf8) ? text.dropFirst(prefix.utf8.count) : nil
    }

    /// Cuts off udev's `-partN`.
    private static func partition(of name: Substring.UTF8View) -> (whole: Substring.UTF8View, partition: Int?) {
        guard let (stem, number) = digitsEnd(name), stem.suffix(5).elementsEqual("-part".utf8), stem.count > 5 else {
            return (name, nil)
        }
        return (stem.dropLast(5), number)
    }

    /// The number at the end, one to three digits that are not zero, and what precedes it.
    private static func digitsEnd(_ name: Substring.UTF8View) -> (stem: Substring.UTF8View, number: Int)? {
        let digits = name.reversed().prefix { (0x30...0x39).contains($0) }.count
        guard (1...3).contains(digits), let number = Int(plainDigits: name.suffix(digits)), number > 0 else {
            return nil
        }
        return (name.dropLast(digits), number)
    }

    private static func index(of needle: String, in text: Substring.UTF8View) -> Substring.UTF8View.Index? {
        guard let first = needle.utf8.first else { return nil }
        var rest = text
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: needle.utf8) { return start }
            rest = rest.dropFirst()
        }
        return nil
    }
}
