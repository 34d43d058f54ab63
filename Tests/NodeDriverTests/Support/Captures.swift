import Glibc

@testable import NodeDriver

/// Recorded outputs, in `Captures/`.
enum Captures {
    static let token = ScanToken("0123456789abcdef0123456789abcdef")

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return try readFile("/\(folder)/Captures/\(name)")
    }
}

func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw TestFileError(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
}

func writeFile(_ path: String, _ bytes: some Sequence<UInt8>, mode: mode_t = 0o644) throws {
    // A program is written by another process: a child that some other test starts meanwhile would inherit our open
    // file for a moment, and nobody may run a file that is open for writing.
    if mode & 0o111 != 0 {
        guard let pipe = popen("cat >'\(path)' && chmod \(String(mode, radix: 8)) '\(path)'", "we") else {
            throw TestFileError(path: path)
        }
        let bytes = Array(bytes)
        let written = fwrite(bytes, 1, bytes.count, pipe)
        guard pclose(pipe) == 0, written == bytes.count else { throw TestFileError(path: path) }
        return
    }
    guard let file = fopen(path, "we") else { throw TestFileError(path: path) }
    let bytes = Array(bytes)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count, chmod(path, mode) == 0 else { throw TestFileError(path: path) }
}

struct TestFileError: Error {
    let path: String
}
