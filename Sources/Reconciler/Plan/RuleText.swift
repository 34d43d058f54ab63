import StateSpec

/// Words in which rules of git are named by their place, so that whoever prints them can add the commit that brought
/// each. Which one that was is a question for git's history, and asked only of what is shown.
struct RuleText: Sendable {
    fileprivate enum Piece: Sendable {
        case text(String)
        case rule(Place)
    }

    private var pieces: [Piece]

    /// Texts one after the other.
    init(_ texts: [RuleText], separator: String) {
        pieces = []
        for (index, text) in texts.enumerated() {
            if index > 0 { pieces.append(.text(separator)) }
            pieces += text.pieces
        }
    }

    /// The places of its rules, in order.
    var rules: [Place] {
        pieces.compactMap { if case .rule(let place) = $0 { place } else { nil } }
    }

    /// The same words without the places that were named before.
    func leavingOut(_ places: [Place]) -> RuleText {
        var text = self
        text.pieces.removeAll { if case .rule(let place) = $0 { places.contains(place) } else { false } }
        return text
    }

    /// "apart from web8 (domains/web9.yaml:7 at 1a2b3c4d5e)"
    func text(_ commits: [Place: ObjectID] = [:]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .rule(let place):
                " (\(Escaped(place.file).bare):\(place.line)\(commits[place].map { " at \($0.short)" } ?? ""))"
            }
        }.joined()
    }
}

extension RuleText: CustomStringConvertible {
    /// The words without commits.
    var description: String { text() }
}

extension RuleText: ExpressibleByStringInterpolation {
    /// Collects pieces.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ text: String) { if !text.isEmpty { pieces.append(.text(text)) } }

        mutating func appendInterpolation(_ text: String) { appendLiteral(text) }

        mutating func appendInterpolation(_ number: Int) { appendLiteral("\(number)") }

        mutating func appendInterpolation(_ text: RuleText) { pieces += text.pieces }

        /// The place in parentheses; nothing where it is not known.
        mutating func appendInterpolation(_ rule: RuleOrigin) {
            if let place = rule.place { pieces.append(.rule(place)) }
        }
    }

    init(stringLiteral text: String) { pieces = [.text(text)] }

    init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }
}
