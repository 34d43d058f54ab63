import FoundationEssentials
import Glibc

/// Reads what `havirt --experimental-dump-help` wrote, and writes a page for each command into a folder.
@main
enum HavirtMan {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let date = mdocDate(arguments[3]) else {
            let usage = "usage: havirt-man HELP.json FOLDER YYYY-MM-DD\n"
            _ = usage.withCString { write(STDERR_FILENO, $0, usage.utf8.count) }
            exit(64)
        }
        let help = try JSONDecoder().decode(ToolInfo.self, from: Data(contentsOf: URL(filePath: arguments[1])))
        try FileManager.default.createDirectory(atPath: arguments[2], withIntermediateDirectories: true)
        for command in help.command.family {
            let page = ManPage.render(command, date: date)
            try Data(page.text.utf8).write(to: URL(filePath: "\(arguments[2])/\(page.file)"))
        }
    }

    /// "November 29, 2026"; nil for what is no day.
    private static func mdocDate(_ day: String) -> String? {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let parts = day.split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], months.indices.contains(month - 1),
            let number = parts[2], (1...31).contains(number)
        else { return nil }
        return "\(months[month - 1]) \(number), \(year)"
    }
}
