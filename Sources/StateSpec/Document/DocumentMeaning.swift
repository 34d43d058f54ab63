/// Whether two spellings in a domain's XML mean the same to libvirt.
enum DocumentMeaning {
    /// Values of the attribute, or the text, at a path. libvirt respells numbers, MAC addresses, uuids and lists of CPUs.
    static func isSame(_ wished: String, _ actual: String, at path: String) -> Bool {
        if wished == actual { return true }
        if path == "os/type@machine" { return isMachine(wished, actual) }
        if let left = number(wished), let right = number(actual) { return left == right }
        if let left = DomainUUID(wished), let right = DomainUUID(actual) { return left == right }
        if isMAC(wished), isMAC(actual) { return wished.lowercased() == actual.lowercased() }
        if lists.contains(path) { return cpus(wished) == cpus(actual) }
        return false
    }

    /// libvirt resolves a machine's alias once: a guest's machine must not change under its feet.
    private static func isMachine(_ wished: String, _ actual: String) -> Bool {
        if wished == "pc" { return actual.hasPrefix("pc-i440fx-") }
        return actual.hasPrefix(wished + "-") || actual.hasPrefix("pc-\(wished)-")
    }

    /// A decimal or hexadecimal number.
    static func number(_ text: String) -> UInt64? {
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            let digits = text.dropFirst(2)
            return digits.utf8.allSatisfy(isHexDigit) ? UInt64(digits, radix: 16) : nil
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isMAC(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
        return parts.count == 6 && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(isHexDigit) }
    }

    /// Where lists of CPUs or nodes stand.
    private static let lists: Set<String> = [
        "vcpu@cpuset", "cpu/numa/cell@cpus", "numatune/memory@nodeset", "numatune/memnode@nodeset",
        "cputune/vcpupin@cpuset", "cputune/emulatorpin@cpuset", "cputune/iothreadpin@cpuset",
        "cputune/vcpusched@vcpus", "cputune/iothreadsched@iothreads", "memoryBacking/hugepages/page@nodeset",
        "devices/memory/source/nodemask", "cputune/cachetune@vcpus", "cputune/memorytune@vcpus",
    ]

    /// `0-2,^1` as the set it names, largest number 16,383 as libvirt's; nil for anything else, which equals nothing but
    /// itself.
    private static func cpus(_ text: String) -> Set<Int>? {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",") {
            let part = Blanks.trim(String(part))
            let isWithout = part.hasPrefix("^")
            let ends = part.drop { $0 == "^" }.split(separator: "-").map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
                first >= 0, last < 16_384
            else { return nil }
            if isWithout { numbers.subtract(first...last) } else { numbers.formUnion(first...last) }
        }
        return numbers
    }
}
