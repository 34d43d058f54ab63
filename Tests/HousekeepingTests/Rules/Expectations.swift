/// A test without an expectation passes whatever the code does.
enum Expectations {
    private static let marks = ["#expect", "#require", "Issue.record", "confirmation("]

    /// The tests of one target without an expectation of their own or in a function of the target that they call.
    static func violations(in files: [RepositoryFile]) -> [String] {
        let functions = files.map { (path: $0.path, functions: SwiftFunction.all(in: SwiftCode($0.text))) }
        let helpers = expecting(functions.flatMap(\.functions).filter { !$0.isTest })
        return functions.flatMap { path, functions in
            functions.filter { $0.isTest && !expects($0, helpers) }.map {
                "\(path):\($0.line): \($0.name)() expects nothing"
            }
        }
    }

    /// The names of functions that expect something, be it by calling another one.
    private static func expecting(_ functions: [SwiftFunction]) -> Set<String> {
        var names: Set<String> = []
        while true {
            let more = Set(functions.filter { expects($0, names) }.map(\.name))
            if more == names { return names }
            names = more
        }
    }

    private static func expects(_ function: SwiftFunction, _ helpers: Set<String>) -> Bool {
        marks.contains { function.body.contains($0) }
            || helpers.contains { helper in helper != function.name && function.body.contains(helper + "(") }
    }
}
