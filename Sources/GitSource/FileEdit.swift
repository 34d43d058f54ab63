/// An edit of one file, to be committed. It is applied anew to each tip on which a commit is tried.
public struct FileEdit: Sendable {
    /// The file, from the repository's top.
    public let path: String
    /// The new bytes out of the old ones, nil where there is no such file; throws when the edit makes no sense there.
    public let apply: @Sendable ([UInt8]?) throws -> [UInt8]

    /// An edit.
    public init(path: String, apply: @escaping @Sendable ([UInt8]?) throws -> [UInt8]) {
        self.path = path
        self.apply = apply
    }
}

/// A file with its new contents.
public struct FileChange: Sendable {
    /// The file, from the repository's top.
    public let path: String
    /// All of it.
    public let bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
