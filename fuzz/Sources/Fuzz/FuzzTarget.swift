/// One parser, or several behind one door, to be fed with anything.
public struct FuzzTarget: Sendable {
    /// Its name, on the command line and as a folder.
    public let name: String
    /// Where good inputs are, from the repository's top: files, or folders with all below them.
    public let corpus: [String]
    /// The endings of the corpus's files that it takes.
    public let endings: [String]
    /// Reads one input. It returns whatever the input is, or else something is broken: what must hold of what was read
    /// is demanded by `demand`.
    public let run: @Sendable ([UInt8]) -> Void

    init(_ name: String, corpus: [String], endings: [String], run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.corpus = corpus
        self.endings = endings
        self.run = run
    }

    /// All of them, by name.
    public static let all: [FuzzTarget] =
        (specs + documents + edits + answers + observations + records + words + trees)
        .sorted { $0.name < $1.name }

    /// Removes the files that targets have written.
    public static func cleanUp() { ScratchFolder.removeAll() }
}

/// Ends the process, which is how a finding is told to libFuzzer, unless the condition holds.
func demand(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { fatalError(what()) }
}

/// Whether a text can be shown: one line without anything that moves a cursor or turns the direction of writing.
func isPrintable(_ text: String, allowsNewlines: Bool = false) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: allowsNewlines && scalar == "\n"
        default: true
        }
    }
}
