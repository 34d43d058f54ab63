internal import CLibgit2
internal import StateSpec

/// How one type of libgit2 object is freed.
protocol GitFreeing {
    static func free(_ pointer: OpaquePointer)
}

/// Owns one libgit2 object and frees it once.
struct GitHandle<Kind: GitFreeing>: ~Copyable {
    let pointer: OpaquePointer

    /// Takes what `call` stores.
    init(
        _ operation: @autoclosure () -> String, _ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws(GitError) {
        var pointer: OpaquePointer?
        try git(operation()) { call(&pointer) }
        guard let pointer else { preconditionFailure("libgit2 gave nothing and no error: \(operation())") }
        self.pointer = pointer
    }

    deinit { Kind.free(pointer) }
}

/// A `git_repository`.
enum RepositoryKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_repository_free(pointer) }
}

/// A `git_odb`.
enum ObjectDatabaseKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_odb_free(pointer) }
}

/// A `git_odb_object`.
enum RawObjectKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_odb_object_free(pointer) }
}

/// A `git_object`, also when it is a `git_commit` or a `git_tree`: the two differ by their C type alone.
enum ObjectKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_object_free(pointer) }
}

/// A `git_reference`.
enum ReferenceKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_reference_free(pointer) }
}

/// A `git_index`.
enum IndexKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_index_free(pointer) }
}

/// A `git_status_list`.
enum StatusListKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_status_list_free(pointer) }
}

/// A `git_branch_iterator`.
enum BranchIteratorKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_branch_iterator_free(pointer) }
}

/// A `git_config`.
enum ConfigKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_config_free(pointer) }
}

/// A `git_revwalk`.
enum RevisionWalkKind: GitFreeing {
    static func free(_ pointer: OpaquePointer) { git_revwalk_free(pointer) }
}

/// libgit2's global state.
enum GitLibrary {
    /// Initialised before the first call, never torn down: handles may live until the process ends.
    static let started: Void = {
        let count = git_libgit2_init()
        precondition(count > 0, "libgit2 cannot be initialised: \(count)")
        // The default of 256 MiB would let a daemon's memory grow with the history it has seen.
        _ = havirt_git_set_cache_bytes_max(16 << 20)
        // As git itself does: an object is hashed when it is written or fetched, not at each reading, where it would
        // take a sixth of a load. zlib's checksum still finds what a disk has damaged.
        _ = havirt_git_verify_hashes(0)
    }()
}

extension ObjectID {
    /// From libgit2's 20 bytes.
    init(_ id: git_oid) {
        self = withUnsafeBytes(of: id) { bytes in ObjectID { bytes[$0] } }
    }

    /// libgit2's 20 bytes.
    var raw: git_oid {
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) { bytes in
            for offset in 0..<20 { bytes[offset] = self[offset] }
        }
        return id
    }
}
