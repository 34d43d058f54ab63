/// What `--experimental-dump-help` writes of a program, as far as a page needs it.
struct ToolInfo: Decodable {
    let command: CommandInfo
}

/// One command.
struct CommandInfo: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    private let superCommands: [String]?
    private let subcommands: [CommandInfo]?
    private let arguments: [ArgumentInfo]?
    private let shouldDisplay: Bool

    /// The words to type, the program first.
    var words: [String] { (superCommands ?? []) + [commandName] }
    /// Commands below it that a page is for: `help` is every command's.
    var children: [CommandInfo] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }
    /// What it takes.
    var shown: [ArgumentInfo] { (arguments ?? []).filter(\.shouldDisplay) }
    /// It, and all below it.
    var family: [CommandInfo] { [self] + children.flatMap(\.family) }
}

/// A flag, an option or a positional argument.
struct ArgumentInfo: Decodable {
    enum Kind: String, Decodable {
        case positional, option, flag
    }

    struct Name: Decodable {
        enum Kind: String, Decodable {
            case long, short, longWithSingleDash
        }

        let kind: Kind
        let name: String
    }

    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let preferredName: Name?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
}
