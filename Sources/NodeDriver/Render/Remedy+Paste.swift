public import Reconciler
public import StateSpec

extension Remedy {
    /// The line for a person to paste, in a shell of the machine where havirt runs.
    ///
    /// - Parameter destination: where ssh finds a node.
    public func pasteable(
        tools: PastedTools = PastedTools(), to destination: (NodeName) throws -> SSHDestination
    ) rethrows -> String {
        let command = tools.line(words, on: try destination(node))
        switch input {
        case .nothing: return command
        case .lines(let lines):
            // The last line of the file may lack its end.
            var format = "%s\\n"
            if case .append = action { format = "\\n%s\\n" }
            return "\(ShellQuote.line(["printf", format] + lines)) | \(command)"
        case .output(let source, let words, let filter):
            let parts = [tools.line(ShellQuote.line(words), on: try destination(source))]
            return (parts + (filter.map { [ShellQuote.line($0)] } ?? []) + [command]).joined(separator: " | ")
        }
    }

    /// What the node's shell gets.
    private var words: String {
        switch action {
        case .run(let words): return ShellQuote.line(words)
        case .append(let file): return "cat >>\(ShellQuote.word(file))"
        case .replace(let file):
            // What cannot be read over there must not leave an empty file here.
            let new = ShellQuote.word(file + ".new")
            return "cat >\(new) && [ -s \(new) ] && mv \(new) \(ShellQuote.word(file))"
        }
    }
}
