internal import CLibgit2
internal import Glibc
internal import StateSpec

/// One walk over the tree objects below a folder. Reads no blob.
struct TreeWalk: ~Copyable {
    /// An entry that is not a folder, or a folder that was not entered.
    struct Entry {
        let path: String
        let id: git_oid
        let mode: UInt32
        /// For a file that is known to be within the size limit: its id.
        var blob: ObjectID?
    }

    static let folderMode: UInt32 = 0o040000
    /// A tree object of 4 MiB has some 100,000 entries.
    private static let folderBytesMax = 8 << 20

    var entries: [Entry] = []
    private(set) var findings: [Finding] = []
    /// Whether something was left out because a limit was met.
    private(set) var isCut = false
    private let repository: OpaquePointer
    private let objects: OpaquePointer
    private let limits: SpecLimits
    private var seen = 0
    private var known: KnownFiles

    init(_ handles: borrowing GitRepository.Handles, limits: SpecLimits, known: KnownFiles? = nil) {
        self.known = known ?? KnownFiles(bytesMax: limits.fileBytesMax)
        repository = handles.repository.pointer
        objects = handles.objects.pointer
        self.limits = limits
    }

    /// Walks a folder; `prefix` is its path with a trailing `/`, or empty.
    mutating func walk(_ folder: git_oid, prefix: String = "", depth: Int = 0) throws(GitError) {
        var folder = folder
        let bytes = try size(of: folder, prefix)
        if bytes > Self.folderBytesMax {
            isCut = true
            findings.append(EntryRules.oversizedFolder(prefix, bytes))
            entries.append(Entry(path: prefix, id: folder, mode: Self.folderMode))
            return
        }
        let repository = repository
        let tree = try GitHandle<ObjectKind>("read the folder '\(Escaped(prefix).bare)'") {
            git_tree_lookup($0, repository, &folder)
        }
        var previous: EntryName?
        var folders: Set<String> = []
        let first = entries.count
        let prefixBytes = Array(prefix.utf8)
        for index in 0..<git_tree_entrycount(tree.pointer) {
            guard let entry = git_tree_entry_byindex(tree.pointer, index), let text = git_tree_entry_name(entry),
                let id = git_tree_entry_id(entry)
            else { preconditionFailure("a tree has as many entries as it counts") }
            seen += 1
            if seen > limits.filesMax { return cut(prefix) }
            let mode = git_tree_entry_filemode_raw(entry).rawValue
            let name = EntryName(text, isFolder: mode == Self.folderMode)
            let isAfter = previous.map { $0.order(before: name) < 0 } ?? true
            if isAfter, let file = known.take(prefixBytes, name.bytes, id.pointee, mode) {
                previous = name
                entries.append(file)
                continue
            }
            let path = prefix + String(cString: text)
            check(name, after: previous, path)
            previous = name
            if name.isFolder { folders.insert(path) }
            try take(Entry(path: path, id: id.pointee, mode: mode), depth: depth)
            if seen > limits.filesMax { return }
        }
        if folders.isEmpty { return }
        // A file and a folder of one name do not always stand side by side in git's order.
        for entry in entries[first...] where entry.mode != Self.folderMode && folders.contains(entry.path) {
            findings.append(EntryRules.duplicate(entry.path))
        }
    }

    private mutating func take(_ entry: Entry, depth: Int) throws(GitError) {
        guard entry.mode == Self.folderMode else {
            entries.append(entry)
            return
        }
        if depth >= limits.depthMax {
            isCut = true
            findings.append(EntryRules.tooDeep(entry.path, limits))
            // With the `/` that git's order gives it.
            entries.append(Entry(path: entry.path + "/", id: entry.id, mode: entry.mode))
            return
        }
        try walk(entry.id, prefix: entry.path + "/", depth: depth + 1)
    }

    private mutating func cut(_ prefix: String) {
        isCut = true
        findings.append(EntryRules.tooMany(prefix, limits))
    }

    private mutating func check(_ name: EntryName, after previous: EntryName?, _ path: String) {
        if let finding = EntryRules.finding(name: name.bytes, path: path) { findings.append(finding) }
        guard let previous else { return }
        switch previous.order(before: name) {
        case ..<0: break
        case 0: findings.append(EntryRules.duplicate(path))
        default: findings.append(EntryRules.unsorted(path))
        }
    }

    private func size(of id: git_oid, _ path: String) throws(GitError) -> Int {
        var id = id
        var size = 0
        var type = GIT_OBJECT_ANY
        try git("read the header of '\(Escaped(path).bare)'") { git_odb_read_header(&size, &type, objects, &id) }
        return size
    }
}

/// The name of a tree entry where libgit2 has it; valid as long as the tree is.
private struct EntryName {
    let bytes: UnsafeRawBufferPointer
    let isFolder: Bool

    init(_ text: UnsafePointer<CChar>, isFolder: Bool) {
        bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
        self.isFolder = isFolder
    }

    /// Below 0 if this entry goes before `other` in git's order, in which a folder counts as if a `/` ended its name;
    /// 0 for the same name.
    func order(before other: EntryName) -> Int {
        for index in 0..<max(bytes.count, other.bytes.count) {
            let difference = Int(byte(index)) - Int(other.byte(index))
            if difference != 0 { return difference }
        }
        return bytes.count - other.bytes.count
    }

    private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : isFolder ? 0x2F : 0 }
}
