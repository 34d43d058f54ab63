internal import CLibgit2
internal import Glibc
internal import StateSpec

/// The plain files of the tree that was read last. For a file that is still the same a walk then makes no string and
/// reads no header, which is nearly all that a walk costs.
struct KnownFiles {
    /// The size limit that those with a `blob` are within.
    let bytesMax: Int
    /// In the order of a walk.
    private let files: [TreeWalk.Entry]
    /// The first that the walk under way has not passed.
    private var cursor = 0

    init(bytesMax: Int, _ files: [TreeWalk.Entry] = []) {
        self.bytesMax = bytesMax
        self.files = files
    }

    /// The file of that path, if it has the same content and mode; to be asked in byte order of the paths, or else
    /// it is only found less often.
    mutating func take(
        _ prefix: [UInt8], _ name: UnsafeRawBufferPointer, _ id: git_oid, _ mode: UInt32
    ) -> TreeWalk.Entry? {
        while cursor < files.count {
            let order = Self.order(of: files[cursor].path, prefix, name)
            if order > 0 { return nil }
            cursor += 1
            if order < 0 { continue }
            let file = files[cursor - 1]
            return file.blob != nil && file.mode == mode && file.id == id ? file : nil
        }
        return nil
    }

    /// Below 0 if `path` goes before the prefix followed by the name, 0 if it is just that.
    private static func order(of path: String, _ prefix: [UInt8], _ name: UnsafeRawBufferPointer) -> Int {
        var path = path
        return path.withUTF8 { path in
            guard let base = path.baseAddress else { return -1 }
            let first = memcmp(base, prefix, min(path.count, prefix.count))
            if first != 0 || path.count <= prefix.count { return first != 0 ? Int(first) : -1 }
            guard let start = name.baseAddress else { return 1 }
            let rest = path.count - prefix.count
            let second = memcmp(base + prefix.count, start, min(rest, name.count))
            return second != 0 ? Int(second) : rest - name.count
        }
    }
}

extension git_oid {
    static func == (left: git_oid, right: git_oid) -> Bool {
        withUnsafeBytes(of: left.id) { left in
            withUnsafeBytes(of: right.id) { right in left.elementsEqual(right) }
        }
    }
}
