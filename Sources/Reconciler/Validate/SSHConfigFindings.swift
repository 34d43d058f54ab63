import StateSpec

/// Whether `/root/.ssh/config` is the same on all nodes: what most of them have is right, and who differs is named.
struct SSHConfigFindings {
    private typealias Seat = (name: NodeName, lines: [SSHConfigLine])

    static let file = "/root/.ssh/config"
    /// How many lines a finding names of each kind.
    private static let linesMax = 4

    private let seats: [Seat]
    private var unknown: [Alert] = []

    init(_ context: PlanContext) {
        var seats: [Seat] = []
        for entry in context.roster.entries where entry.spec.map({ !$0.retired }) ?? false {
            switch entry.node?.access?.config {
            case .known(let lines)?: seats.append((entry.name, lines))
            case .unknown(let why)?:
                unknown.append(
                    Alert(
                        severity: .warning, code: AlertCode.notScanned.rawValue, subject: "ssh config",
                        node: entry.name, message: "\(Self.file) cannot be compared: \(why)"))
            case nil: break
            }
        }
        self.seats = seats
    }

    var findings: [Alert] {
        var groups: [(lines: [SSHConfigLine], names: [NodeName])] = []
        for seat in seats {
            if let index = groups.firstIndex(where: { $0.lines == seat.lines }) {
                groups[index].names.append(seat.name)
            } else {
                groups.append((seat.lines, [seat.name]))
            }
        }
        guard groups.count > 1 else { return unknown }
        let most = groups.map(\.names.count).max() ?? 0
        let largest = groups.filter { $0.names.count == most }
        guard largest.count == 1, let reference = largest.first else {
            return unknown + [tie(groups.map(\.names))]
        }
        return unknown
            + groups.filter { $0.names != reference.names }.flatMap { group in
                group.names.map { differs($0, group.lines, from: reference) }
            }
    }

    private func differs(
        _ name: NodeName, _ lines: [SSHConfigLine], from reference: (lines: [SSHConfigLine], names: [NodeName])
    ) -> Alert {
        let model = reference.names[0]
        let list = reference.names.count > 3 ? "\(reference.names.count) nodes" : Self.list(reference.names)
        let fix =
            reference.lines.isEmpty
            ? Remedy(on: name, .run(["mv", Self.file, Self.file + ".old"]))
            : Remedy(on: name, .replace(Self.file), input: .output(of: model, ["cat", Self.file]))
        return Alert(
            severity: .warning, code: AlertCode.sshConfig.rawValue, subject: "ssh config", node: name,
            message: "is not that of \(list): \(Self.difference(lines, reference.lines))", remedies: [fix])
    }

    private func tie(_ groups: [[NodeName]]) -> Alert {
        Alert(
            severity: .warning, code: AlertCode.sshConfig.rawValue, subject: "ssh config",
            message:
                "differs, and no version is on most nodes: \(groups.map(Self.list).joined(separator: " against "))",
            hint: "choose one, and copy \(Self.file) to the other nodes")
    }

    private static func list(_ names: [NodeName]) -> String { names.map(\.text).joined(separator: ", ") }

    /// What one has more and less than the other, or that only the order differs.
    private static func difference(_ lines: [SSHConfigLine], _ reference: [SSHConfigLine]) -> String {
        let more = subtract(reference, from: lines)
        let less = subtract(lines, from: reference)
        var parts: [String] = []
        if lines.isEmpty { return "it has none, or an empty one" }
        if !more.isEmpty { parts.append("it has \(words(more))") }
        if !less.isEmpty { parts.append("it lacks \(words(less))") }
        return parts.isEmpty ? "it has the same lines in another order" : parts.joined(separator: ", ")
    }

    private static func subtract(_ other: [SSHConfigLine], from lines: [SSHConfigLine]) -> [SSHConfigLine] {
        var counts = Dictionary(other.map { ($0, 1) }, uniquingKeysWith: +)
        return lines.filter { line in
            guard let count = counts[line], count > 0 else { return true }
            counts[line] = count - 1
            return false
        }
    }

    private static func words(_ lines: [SSHConfigLine]) -> String {
        let shown = lines.prefix(linesMax).map { "\(Escaped($0.description, charactersMax: 80))" }
        let more = lines.count > linesMax ? " and \(lines.count - linesMax) more lines" : ""
        return shown.joined(separator: ", ") + more
    }
}
