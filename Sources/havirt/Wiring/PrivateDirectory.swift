import Glibc

/// A folder that only its owner can enter.
enum PrivateDirectory {
    /// Makes the folder, or checks the one that is there: a real folder, ours, closed to others.
    static func make(_ path: String) throws(SettingsError) -> String {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw SettingsError("cannot make the folder \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0
        else {
            throw SettingsError("\(path) must be a folder of your own that nobody else can enter (mode 0700)")
        }
        return path
    }
}
