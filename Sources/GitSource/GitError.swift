internal import CLibgit2
internal import StateSpec

/// Why git could not say what is wished.
public struct GitError: Error, Equatable, CustomStringConvertible {
    /// What was being done: "open '/srv/cluster'". Safe to print.
    public let operation: String
    /// libgit2's code, such as -3 for "not found"; the same codes serve havirt's own objections.
    public let code: Int32
    /// What went wrong. Safe to print.
    public let message: String
    /// What to do about it, where that is known. Safe to print.
    public let hint: String?

    init(operation: String, code: Int32, message: String, hint: String? = nil) {
        self.operation = operation
        self.code = code
        self.message = Escaped(message, charactersMax: 1_000).bare
        self.hint = hint
    }

    /// The thing asked for is not in the repository.
    static func notFound(_ operation: String, _ message: String, hint: String? = nil) -> GitError {
        GitError(operation: operation, code: GIT_ENOTFOUND.rawValue, message: message, hint: hint)
    }

    /// The question itself cannot be asked.
    static func invalid(_ operation: String, _ message: String, hint: String? = nil) -> GitError {
        GitError(operation: operation, code: GIT_EINVALID.rawValue, message: message, hint: hint)
    }

    /// Something that could be done, and must not be.
    public init(refusing operation: String, _ message: String, hint: String?) {
        self.init(operation: operation, code: GIT_EINVALID.rawValue, message: message, hint: hint)
    }

    func with(hint: String?) -> GitError {
        GitError(operation: operation, code: code, message: message, hint: hint)
    }

    /// Whether the thing asked for is not in the repository.
    public var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }

    /// Whether a branch moved between reading it and writing it.
    public var isMoved: Bool { code == GIT_EMODIFIED.rawValue || code == GIT_EEXISTS.rawValue }

    /// "cannot open '/srv/cluster': there is no repository (hint)"
    public var description: String {
        "cannot \(operation): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}

/// The one door to libgit2: runs a call and turns a negative code into an error, reading libgit2's message at once,
/// before another call on this thread replaces it.
@discardableResult
func git(_ operation: @autoclosure () -> String, _ call: () -> Int32) throws(GitError) -> Int32 {
    let code = call()
    if code >= 0 { return code }
    let message = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) }
    throw GitError(operation: operation(), code: code, message: message ?? "libgit2 error \(code)")
}
