import FoundationEssentials
import Glibc

/// A folder of this process for parsers that read files; in memory, because each input is a file.
struct ScratchFolder: Sendable {
    let path: String

    init(_ name: String) { path = "/dev/shm/havirt-fuzz-\(getpid())/\(name)" }

    func write(_ bytes: [UInt8], to file: String) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: "\(path)/\(file)"))
        } catch {
            fatalError("\(path): \(error)")
        }
    }

    /// Removes what this process has written.
    static func removeAll() { try? FileManager.default.removeItem(atPath: "/dev/shm/havirt-fuzz-\(getpid())") }
}
