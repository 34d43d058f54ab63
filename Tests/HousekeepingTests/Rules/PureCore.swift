/// Floors 0 and 1 know no clock, no file system, no processes and no chance.
///
/// Foundation lets all of them compile, and one of them would be enough for two equal inputs to give two plans.
enum PureCore {
    static let folders = ["Sources/StateSpec/", "Sources/Reconciler/"]

    static let banned = [
        "import Foundation", "Process(", "FileManager", "Date()", ".random(", "ContinuousClock", "SuspendingClock",
        "SystemRandomNumberGenerator", "getenv(", "gettimeofday(", "clock_gettime(", "Task.sleep", ".shuffled(",
    ]

    static func violations(in file: RepositoryFile) -> [String] {
        let code = SwiftCode(file.text)
        return banned.filter(code.contains).map { "\(file.path): '\($0)' belongs to floor 2 or 3" }
    }
}
