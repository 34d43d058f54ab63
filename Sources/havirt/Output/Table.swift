import ArgumentParser
import FoundationEssentials
import StateSpec

/// How a listing is shown. On a terminal the default is a table, else tab-delimited lines.
enum ListFormat: String, CaseIterable, ExpressibleByArgument {
    case table
    case tsv
    case json
    case yaml
}

/// A cell of a listing.
enum Cell: Encodable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([String])
    case none

    /// The cell in one line, safe to print and without tabs.
    var words: String {
        switch self {
        case .text(let text): Escaped(text, charactersMax: 1_000).bare
        case .number(let number): "\(number)"
        case .flag(let flag): flag ? "yes" : "no"
        case .list(let items): items.isEmpty ? "-" : items.map { Escaped($0).bare }.joined(separator: ",")
        case .none: "-"
        }
    }

    /// The cell as YAML; nil where there is nothing, whose key is then left out.
    var yaml: YAMLValue? {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .flag(let flag): .bool(flag)
        case .list(let items): .sequence(items.map { .string($0) })
        case .none: nil
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let items): try container.encode(items)
        case .none: try container.encodeNil()
        }
    }
}

/// Rows under named columns, shown in any of four formats.
struct Table {
    let columns: [String]
    var rows: [[Cell]]

    /// The table in a format; nil chooses by where the output goes.
    func render(_ format: ListFormat?) throws -> String {
        switch format ?? (Terminal.isInteractive ? .table : .tsv) {
        case .table: aligned()
        case .tsv: lines([columns] + rows.map { $0.map(\.words) }) { $0.joined(separator: "\t") }
        case .json: try JSONText.encode(objects)
        case .yaml: String(decoding: try YAMLWriter.write(yaml), as: UTF8.self)
        }
    }

    private var objects: [[String: Cell]] {
        rows.map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    private var yaml: YAMLValue {
        .sequence(
            rows.map { row in
                .mapping(zip(columns, row).compactMap { column, cell in cell.yaml.map { YAMLField(column, $0) } })
            })
    }

    private func aligned() -> String {
        let cells = [columns.map { $0.uppercased() }] + rows.map { $0.map(\.words) }
        let widths = columns.indices.map { index in cells.map { $0[index].count }.max() ?? 0 }
        return lines(cells) { row in
            var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(
                separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    private func lines(_ rows: [[String]], _ join: ([String]) -> String) -> String {
        rows.map { join($0) + "\n" }.joined()
    }
}
