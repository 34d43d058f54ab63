/// The longer part of a command's help, taken apart: paragraphs, and lines that are indented and stay as they are, under
/// headings in capitals.
struct HelpText {
    struct Section {
        /// Nil for what comes before any heading.
        let heading: String?
        var body: [String] = []
    }

    private(set) var sections = [Section(heading: nil)]

    init(_ text: String) {
        var paragraph: [Substring] = []
        var block: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isIndented = line.hasPrefix("  ")
            if !isIndented { end(&block) }
            if line.isEmpty || isIndented || Self.isHeading(line) { end(&paragraph) }
            if isIndented {
                block.append(String(line))
            } else if Self.isHeading(line) {
                sections.append(Section(heading: String(line)))
            } else if !line.isEmpty {
                paragraph.append(line)
            }
        }
        end(&paragraph)
        end(&block)
    }

    private mutating func end(_ paragraph: inout [Substring]) {
        guard !paragraph.isEmpty else { return }
        if !sections[sections.count - 1].body.isEmpty { sections[sections.count - 1].body.append(".Pp") }
        sections[sections.count - 1].body += Roff.fill(paragraph.joined(separator: " "))
        paragraph = []
    }

    private mutating func end(_ block: inout [String]) {
        guard !block.isEmpty else { return }
        sections[sections.count - 1].body += Roff.literal(block)
        block = []
    }

    private static func isHeading(_ line: Substring) -> Bool {
        line.count > 3 && line.allSatisfy { $0.isUppercase || $0 == " " }
    }
}
