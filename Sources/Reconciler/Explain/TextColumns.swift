/// Lines of words that stand below each other.
enum TextColumns {
    /// The lines, indented by two blanks, with two between columns and none at the end.
    static func align(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        // The last column of a row is as long as it is.
        let widths = (0..<count).map { column in
            rows.filter { $0.count > column + 1 }.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            var line = " "
            for (column, word) in row.enumerated() {
                line += " " + word
                if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - word.count + 1) }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
