internal import StateSpec

/// A QEMU process, whether libvirt lists it or not.
struct QEMUProcess {
    /// When it was started, in ticks of the kernel's clock since the boot.
    let start: Int64
    /// The uuids on its command line.
    private var uuids: Set<DomainUUID> = []

    /// The uuid on its command line; nil if it has none, or more than one.
    var uuid: DomainUUID? { uuids.count == 1 ? uuids.first : nil }

    /// Lines of `stat` and what `/proc/PID/stat` holds, each followed by the uuids on that process's command line, which
    /// may hold anything, such a line included: then both processes have more than one uuid, or none.
    static func parse(_ text: ArraySlice<UInt8>) throws(Unreadable) -> [Int64: QEMUProcess] {
        var processes: [Int64: QEMUProcess] = [:]
        var pid: Int64?
        for line in try ByteText.filledLines(text) {
            if let stat = stat(line) {
                pid = stat.pid
                if processes[stat.pid] == nil { processes[stat.pid] = QEMUProcess(start: stat.start) }
            } else if let uuid = ByteText.uuid(line), let pid {
                processes[pid]?.uuids.insert(uuid)
            }
        }
        return processes
    }

    /// Pid and start of a line of `stat PID (NAME) STATE …`, whose name may hold blanks and brackets.
    static func stat(_ line: ArraySlice<UInt8>) -> (pid: Int64, start: Int64)? {
        guard line.starts(with: "stat ".utf8), let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let rest = line.dropFirst(5)
        let fields = line[end...].dropFirst().split(separator: UInt8(ascii: " "))
        // The name is the second field, the start the 22nd.
        guard let pid = ByteText.number(rest.prefix { $0 != 0x20 }), fields.count > 19,
            let start = ByteText.number(fields[19])
        else { return nil }
        return (pid, start)
    }

    private init(start: Int64) { self.start = start }
}
