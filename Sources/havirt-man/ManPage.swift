/// A command's page, in mdoc(7).
struct ManPage {
    private let command: CommandInfo
    private let date: String
    private var lines: [String] = []

    /// Sections in the order that mdoc(7) wants; what else the help has comes with the description.
    private static let lastSections = ["EXIT STATUS", "EXAMPLES"]

    /// - Parameter date: the day of the page's last change, as mdoc(7) takes it.
    static func render(_ command: CommandInfo, date: String) -> (file: String, text: String) {
        var page = ManPage(command: command, date: date)
        page.head()
        let help = HelpText(command.discussion ?? "")
        page.description(help)
        page.commands()
        page.options()
        for heading in lastSections {
            for section in help.sections where section.heading == heading {
                page.lines += [".Sh \(heading)"] + section.body
            }
        }
        page.seeAlso()
        return ("\(title(command)).1", page.lines.map { $0 + "\n" }.joined())
    }

    private init(command: CommandInfo, date: String) {
        self.command = command
        self.date = date
    }

    private static func title(_ command: CommandInfo) -> String { command.words.joined(separator: "-") }

    /// "Start a domain, and keep it running": without the sign at its end, which mdoc does not want.
    private static func summary(_ command: CommandInfo) -> String {
        let text = command.abstract ?? ""
        return Roff.escape(text.last.map { ".?!".contains($0) } == true ? text.dropLast() : text[...])
    }

    private mutating func head() {
        lines += [
            ".Dd \(date)", ".Dt \(Self.title(command).uppercased()) 1", ".Os", ".Sh NAME",
            ".Nm \(Self.title(command))", ".Nd \(Self.summary(command))", ".Sh SYNOPSIS",
        ]
        lines.append(".Nm \(command.words.joined(separator: " "))")
        for argument in command.shown { lines.append(Self.synopsis(argument)) }
        if !command.children.isEmpty { lines.append(".Ar command") }
    }

    private mutating func description(_ help: HelpText) {
        lines.append(".Sh DESCRIPTION")
        var isEmpty = true
        for section in help.sections where !section.body.isEmpty {
            if let heading = section.heading {
                if Self.lastSections.contains(heading) { continue }
                lines.append(".Ss \(heading)")
            }
            lines += section.body
            isEmpty = false
        }
        if isEmpty { lines += Roff.fill(command.abstract ?? "") }
    }

    private mutating func commands() {
        guard !command.children.isEmpty else { return }
        lines += [".Sh COMMANDS", ".Bl -tag -width Ds"]
        for child in command.family.dropFirst() where child.children.isEmpty {
            lines += [".It Xr \(Self.title(child)) 1"] + Roff.fill(child.abstract ?? "")
        }
        lines.append(".El")
    }

    private mutating func options() {
        guard !command.shown.isEmpty else { return }
        lines += [".Sh OPTIONS", ".Bl -tag -width Ds"]
        for argument in command.shown {
            lines.append(".It \(Self.tag(argument))")
            lines += Roff.fill(argument.abstract ?? "")
            if let values = argument.allValues, !values.isEmpty {
                lines += Roff.fill("One of \(values.joined(separator: ", ")).")
            }
            if let value = argument.defaultValue { lines += Roff.fill("By default \(value).") }
        }
        lines.append(".El")
    }

    private mutating func seeAlso() {
        let parent = command.words.dropLast().joined(separator: "-")
        let related = (parent.isEmpty ? [] : [parent]) + command.children.map(Self.title)
        guard !related.isEmpty else { return }
        lines.append(".Sh SEE ALSO")
        let sorted = related.sorted()
        lines += sorted.enumerated().map { ".Xr \($1) 1" + ($0 + 1 < sorted.count ? " ," : "") }
    }

    // MARK: - Arguments

    private static func synopsis(_ argument: ArgumentInfo) -> String {
        let words: String
        if argument.kind == .positional {
            words = value(argument)
        } else {
            guard let name = argument.preferredName else { return "" }
            words = flag(name) + (argument.kind == .option ? " \(value(argument))" : "")
        }
        return argument.isOptional ? ".Op \(words)" : "." + words
    }

    private static func tag(_ argument: ArgumentInfo) -> String {
        guard argument.kind != .positional else { return value(argument) }
        let names = argument.names ?? []
        let sorted = names.filter { $0.kind != .long } + names.filter { $0.kind == .long }
        return sorted.map(flag).joined(separator: " , ")
            + (argument.kind == .option ? " \(value(argument))" : "")
    }

    private static func value(_ argument: ArgumentInfo) -> String {
        "Ar \(Roff.escape(argument.valueName ?? "value"))" + (argument.isRepeating ? " ..." : "")
    }

    /// mdoc writes one hyphen by itself.
    private static func flag(_ name: ArgumentInfo.Name) -> String {
        switch name.kind {
        case .long: "Fl -\(Roff.escape(name.name))"
        case .short, .longWithSingleDash: "Fl \(Roff.escape(name.name))"
        }
    }
}
