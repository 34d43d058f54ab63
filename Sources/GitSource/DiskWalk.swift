internal import Glibc
internal import StateSpec

/// One walk over a folder on disk. Reads no file.
struct DiskWalk {
    private(set) var files: [SpecFile] = []
    private(set) var findings: [Finding] = []
    private let root: String
    private let limits: SpecLimits
    private var seen = 0

    init(root: String, limits: SpecLimits) {
        self.root = root
        self.limits = limits
    }

    /// Walks an open folder, which is `base` below the root; paths are told from there.
    mutating func walk(
        _ folder: borrowing DiskFile, base: [String], prefix: String = "", depth: Int = 0
    ) throws(DiskError) {
        let names = try folder.names(prefix)
        for name in names where !(base.isEmpty && depth == 0 && name.elementsEqual(".git".utf8)) {
            seen += 1
            if seen > limits.filesMax {
                findings.append(EntryRules.tooMany(prefix, limits))
                return
            }
            // A name that is not UTF-8 cannot be opened by a String again, and is never read: it has a finding.
            let text = String(decoding: name, as: UTF8.self)
            let path = prefix + text
            let finding = name.withUnsafeBytes { EntryRules.finding(name: $0, path: path) }
            if let finding { findings.append(finding) }
            guard let status = try folder.status(of: name, path) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR && finding == nil {
                try enter(folder, text, base: base, path: path, depth: depth)
                if seen > limits.filesMax { return }
            } else {
                files.append(file(path, kind: finding == nil ? kind(of: status) : .unknownMode(status.st_mode), base))
            }
        }
    }

    private mutating func enter(
        _ parent: borrowing DiskFile, _ name: String, base: [String], path: String, depth: Int
    ) throws(DiskError) {
        let folder = try parent.openFolder(name, path)
        if folder.hasEntry(".git") {
            files.append(file(path, kind: .submodule, base))
        } else if depth >= limits.depthMax {
            findings.append(EntryRules.tooDeep(path, limits))
        } else {
            try walk(folder, base: base, prefix: path + "/", depth: depth + 1)
        }
    }

    private func kind(of status: stat) -> SpecEntryKind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: Int(status.st_size) > limits.fileBytesMax ? .oversized(Int(status.st_size)) : .file
        case S_IFLNK: .symlink
        default: .unknownMode(status.st_mode)
        }
    }

    private func file(_ path: String, kind: SpecEntryKind, _ base: [String]) -> SpecFile {
        guard kind == .file else {
            return SpecFile(path: path, blob: nil, kind: kind) {
                throw GitError.invalid("read \(Escaped(path))", "it is not a plain file within the size limit")
            }
        }
        let parts = base + path.split(separator: "/").map(String.init)
        let (root, bytesMax) = (root, limits.fileBytesMax)
        return SpecFile(path: path, blob: nil) {
            do throws(DiskError) {
                return try DiskFile.open(root: root, parts: parts, O_RDONLY).contents(path, bytesMax: bytesMax)
            } catch {
                throw GitError.invalid("read \(Escaped(path))", error.description)
            }
        }
    }
}
