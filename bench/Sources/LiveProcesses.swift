import Glibc

/// CPU time of processes that work for us and have not ended: the children of this process, and the ssh masters that
/// ControlPersist has detached from it. `getrusage` knows neither.
struct LiveProcesses {
    /// The folder of the masters' sockets, by which they are known: their title is `ssh: SOCKET [mux]`.
    let controlFolder: String?

    var cpuSeconds: Double { pids.compactMap(Self.cpuSeconds).reduce(0, +) }

    /// Ends the masters.
    func endMasters() {
        for pid in all where isMaster(pid) { kill(pid, SIGTERM) }
    }

    private var pids: [pid_t] { all.filter { Self.parent($0) == getpid() || isMaster($0) } }

    private func isMaster(_ pid: pid_t) -> Bool {
        guard let controlFolder, let title = FileText.bytes("/proc/\(pid)/cmdline") else { return false }
        return title.starts(with: "ssh: \(controlFolder)/".utf8)
    }

    private var all: [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [pid_t] = []
        while let entry = readdir(folder) {
            withUnsafeBytes(of: entry.pointee.d_name) { name in
                if let pid = pid_t(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)) { pids.append(pid) }
            }
        }
        return pids
    }

    /// The fourth field of `stat`, the second behind the program's name, which may hold anything.
    private static func parent(_ pid: pid_t) -> pid_t? {
        guard let stat = FileText.bytes("/proc/\(pid)/stat"), let end = stat.lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = stat[end...].split(separator: UInt8(ascii: " "))
        return fields.count > 2 ? pid_t(String(decoding: fields[2], as: UTF8.self)) : nil
    }

    /// By nanoseconds, where `stat` has hundredths of a second.
    private static func cpuSeconds(_ pid: pid_t) -> Double? {
        guard let text = FileText.bytes("/proc/\(pid)/schedstat")?.split(separator: UInt8(ascii: " ")).first else {
            return nil
        }
        return Double(String(decoding: text, as: UTF8.self)).map { $0 / 1e9 }
    }
}
