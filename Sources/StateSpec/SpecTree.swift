/// What a path of `cluster.d` is in git. Anything but a plain file is kept so that it becomes a finding.
public enum SpecEntryKind: Hashable, Sendable {
    /// A plain file.
    case file
    /// A symbolic link, which havirt does not follow.
    case symlink
    /// A submodule, which havirt does not enter.
    case submodule
    /// A plain file over the size limit, which was not read; its size in bytes.
    case oversized(Int)
    /// A file or folder with a git mode that havirt does not know.
    case unknownMode(UInt32)
}

/// One path below `cluster.d` with the bytes that stand there.
public struct SpecFile: Sendable {
    /// Path below `cluster.d`, with `/` between the parts, as raw as git has it.
    public let path: String
    /// The blob's id, the key under which a parsed file is kept; nil for a file of the work tree.
    public let blob: ObjectID?
    /// What it is.
    public let kind: SpecEntryKind
    /// Reads the bytes. Called only when no parsed file is kept under the same blob id.
    public let read: @Sendable () throws -> [UInt8]

    /// A path and a way to read it.
    public init(
        path: String, blob: ObjectID?, kind: SpecEntryKind = .file, read: @escaping @Sendable () throws -> [UInt8]
    ) {
        self.path = path
        self.blob = blob
        self.kind = kind
        self.read = read
    }

    /// A path with its bytes at hand.
    public init(path: String, bytes: [UInt8], blob: ObjectID? = nil) {
        self.init(path: path, blob: blob) { bytes }
    }
}

/// All paths below `cluster.d` of one commit or work tree.
public struct SpecTree: Sendable {
    /// The paths, in byte order.
    public let files: [SpecFile]
    /// Findings that reading the tree itself brought: too many files, too deep, duplicate entries.
    public let findings: [Finding]

    /// A tree; the files are put in byte order of their paths.
    public init(files: [SpecFile], findings: [Finding] = []) {
        // Git's own order, which is the rule, is not sorted again.
        let isSorted = files.indices.dropFirst().allSatisfy { !files[$0].path.precedesByBytes(files[$0 - 1].path) }
        self.files = isSorted ? files : files.sorted { $0.path.precedesByBytes($1.path) }
        self.findings = findings
    }
}

/// The limits within which a repository is read.
public struct SpecLimits: Sendable {
    /// How many paths `cluster.d` may hold.
    public var filesMax = 100_000
    /// How large one file may be, in bytes.
    public var fileBytesMax = 1 << 20
    /// How deep folders may be nested below `cluster.d`.
    public var depthMax = 4

    /// The defaults.
    public init() {}
}
