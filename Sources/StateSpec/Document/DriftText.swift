/// What differs, as the XML itself with lines around it: git's, and git's as a node has it. What libvirt made by itself
/// stands in neither.
public enum DriftText {
    /// The lines of a unified diff from git's XML to a node's, escaped; none where nothing differs.
    ///
    /// - Parameters:
    ///   - git: The XML of the commit.
    ///   - node: That of the node.
    ///   - form: Which of the node's.
    ///   - names: What the two are called in the head: `git 1a2b3c domains/web1.xml`, `live on alpha`.
    public static func lines(
        from git: DomainDocument, to node: DomainDocument, _ form: DocumentForm, names: (git: String, node: String)
    ) -> [String] {
        let before = lines(of: git.canonical)
        let after = lines(of: git.asSeen(on: node, form))
        guard before != after else { return [] }
        let head = ["--- \(Escaped(names.git).bare)", "+++ \(Escaped(names.node).bare)"]
        guard before.count <= linesMax, after.count <= linesMax else {
            return head + ["(more than \(linesMax) lines: not shown)"]
        }
        return head + LineDifference(before, after).hunks(context: contextLines)
    }

    /// The most lines of a document that are compared: the time grows with the square of what differs.
    static let linesMax = 4_000
    /// How many lines are shown around each difference.
    static let contextLines = 3

    /// Without secrets, and each line safe to print.
    private static func lines(of element: DomainElement) -> [String] {
        var omitted: [OmittedSecret] = []
        var shown = DocumentSecrets.strip(element, at: [], into: &omitted) ?? DomainElement("domain")
        // What the canonical form spells out and git's file need not.
        if CanonicalForm.hasAllItsMemory(shown) { shown.remove("currentMemory") }
        shown.mapChildren { ["features", "devices"].contains($0.name) && $0.content.isEmpty ? nil : $0 }
        return shown.formatted().split(separator: "\n").map { Escaped(String($0), charactersMax: 400).bare }
    }
}

/// Two lists of lines, aligned.
struct LineDifference {
    private enum Line {
        case same(String)
        case removed(String)
        case added(String)

        var text: String {
            switch self {
            case .same(let text): " " + text
            case .removed(let text): "-" + text
            case .added(let text): "+" + text
            }
        }

        var isSame: Bool { if case .same = self { true } else { false } }
    }

    private var lines: [Line] = []

    init(_ before: [String], _ after: [String]) {
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in after.difference(from: before) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var (left, right) = (0, 0)
        while left < before.count || right < after.count {
            if removed.contains(left) {
                lines.append(.removed(before[left]))
                left += 1
            } else if added.contains(right) {
                lines.append(.added(after[right]))
                right += 1
            } else {
                lines.append(.same(before[left]))
                left += 1
                right += 1
            }
        }
    }

    /// The changes with lines around them, each hunk under its line numbers.
    func hunks(context: Int) -> [String] {
        var shown: [String] = []
        var isNear = [Bool](repeating: false, count: lines.count)
        for index in lines.indices where !lines[index].isSame {
            for near in max(0, index - context)...min(lines.count - 1, index + context) { isNear[near] = true }
        }
        var (left, right) = (1, 1)
        for index in lines.indices {
            if isNear[index], index == 0 || !isNear[index - 1] { shown.append(head(index, isNear, left, right)) }
            if isNear[index] { shown.append(lines[index].text) }
            if case .added = lines[index] { right += 1 } else { left += 1 }
            if lines[index].isSame { right += 1 }
        }
        return shown
    }

    private func head(_ start: Int, _ isNear: [Bool], _ left: Int, _ right: Int) -> String {
        let hunk = lines[start...].indices.prefix { isNear[$0] }
        let same = hunk.count { lines[$0].isSame }
        let added = hunk.count { if case .added = lines[$0] { true } else { false } }
        return "@@ -\(left),\(hunk.count - added) +\(right),\(same + added) @@"
    }
}
