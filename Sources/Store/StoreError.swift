internal import Glibc
internal import StateSpec

/// Why records cannot be read or written, by where it broke.
public enum StoreError: Error, Equatable, Sendable {
    /// The system refused an operation on a file.
    case system(operation: String, path: String, errno: Int32)
    /// Another havirt holds the lock file; what it wrote about itself, where that can be read.
    case locked(path: String, holder: String?)
    /// A record file holds something that havirt did not write.
    case unreadable(path: String, problem: String)
    /// One record file is gone while another, which means nothing without it, is there.
    case incomplete(missing: String, present: String)
    /// A file or directory is of a kind, or open to people, that it must not be.
    case unsafe(path: String, why: String)
    /// The saved plan was carried out, or begun, before.
    case alreadyApplied(plan: String, marker: String)
}

extension StoreError: CustomStringConvertible {
    /// One line, escaped: what broke, and what to do next.
    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) \(Self.quoted(path)): \(Self.text(of: code))" + Self.advice(on: code)
        case .locked(let path, let holder):
            "the lock \(Self.quoted(path)) is held by \(holder.map { Escaped($0).bare } ?? "another havirt");"
                + " wait until it has finished, or end that process"
        case .unreadable(let path, let problem):
            "the record \(Self.quoted(path)) cannot be read: \(problem); restore it from a backup, or move all .yaml"
                + " files of its directory away: the next scan begins new ones, and what was known before is lost"
        case .incomplete(let missing, let present):
            "the record \(Self.quoted(missing)) is gone while \(Self.quoted(present)) is there; restore it from a"
                + " backup, or move all .yaml files of its directory away and scan again"
        case .unsafe(let path, let why):
            "\(Self.quoted(path)) is not used because \(why)"
        case .alreadyApplied(let plan, let marker):
            "the saved plan \(plan) was applied before (\(Self.quoted(marker))); a plan runs once: plan again"
        }
    }

    /// The error of the system call that just failed.
    static func last(_ operation: String, _ path: String) -> StoreError {
        .system(operation: operation, path: path, errno: errno)
    }

    private static func quoted(_ path: String) -> String { Escaped(path, charactersMax: 4096).description }

    private static func text(of code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private static func advice(on code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "; make room on that file system"
        case EROFS: "; the file system is mounted read-only"
        case EACCES, EPERM: "; run havirt as the owner of that directory"
        case ELOOP: "; it is a symbolic link, which is never followed"
        default: ""
        }
    }
}
