internal import Glibc

/// A folder of our own for what ssh-keygen and gpg want to have in files; it goes away with its last reference.
final class WorkFolder: Sendable {
    let path: String

    init() throws(SignerFileError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/havirt-signers-XXXXXX".utf8CString)
        // mkdtemp makes it with mode 0700.
        guard mkdtemp(&template) != nil else { throw SignerFileError(parent, String(cString: strerror(errno))) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Writes a file that is not there yet, for nobody else to read.
    func write(_ name: String, _ bytes: [UInt8]) throws(SignerFileError) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SignerFileError(file, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SignerFileError(file, String(cString: strerror(errno))) }
            sent += count
        }
        return file
    }

    /// Makes a folder that nobody else can enter.
    func makeFolder(_ name: String) throws(SignerFileError) -> String {
        let folder = "\(path)/\(name)"
        guard mkdir(folder, 0o700) == 0 else { throw SignerFileError(folder, String(cString: strerror(errno))) }
        return folder
    }

    /// Removes a file or a folder with all that is in it; follows no link.
    static func remove(_ path: String) {
        if let stream = opendir(path) {
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                    String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { names.append(name) }
            }
            closedir(stream)
            for name in names where unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
