internal import CLinux
internal import Glibc

/// Becomes another program: for what belongs to the person at the terminal, and has no answer for us.
///
/// The program gets the terminal as it is, the environment of children and the terminal's kind. Comes back only where it
/// cannot be started.
///
/// - Parameter executable: an absolute path, or a name that is looked up in `PATH`.
public func replaceProcess(_ executable: String, _ arguments: [String]) throws(ChildError) -> Never {
    let overrides = getenv("TERM").map { ["TERM": String(cString: $0)] } ?? [:]
    let words = ([executable] + arguments).map { strdup($0) }
    let variables = ChildEnvironment.variables(inheriting: ChildEnvironment.inheritedNames, overrides: overrides).map {
        strdup($0)
    }
    defer { for pointer in words + variables { free(pointer) } }
    guard !words.contains(nil), !variables.contains(nil) else {
        throw .cannotStart(executable: executable, reason: "no memory")
    }
    havirt_become(executable, words + [nil], variables + [nil])
    throw .cannotStart(executable: executable, reason: String(cString: strerror(errno)))
}
