import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// One pair of files in `Sequences/`: `NAME.events`, what happens one after the other, and `NAME.golden`, what comes of
/// it.
struct SequenceFile: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }

    static let root = ScenarioFolder.root.replacing("/Scenarios", with: "/Sequences")

    /// All of them, found by listing, so that none can be forgotten.
    static let all: [SequenceFile] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).sorted()
                .filter { $0.hasSuffix(".events") }.map { SequenceFile(name: String($0.dropLast(7))) }
        } catch {
            preconditionFailure("\(root) cannot be listed: \(error)")
        }
    }()

    func text(_ kind: String) throws -> String? {
        let path = "\(Self.root)/\(name).\(kind)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    func write(golden: String) throws {
        try Data(golden.utf8).write(to: URL(filePath: "\(Self.root)/\(name).golden"))
    }

    /// The events, with the lines that they stand on; comments and blank lines are left out.
    func events() throws -> [(line: String, event: SequenceEvent)] {
        guard let text = try text("events") else { throw ScenarioError("\(name).events is missing") }
        var events: [(String, SequenceEvent)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do {
                events.append((String(line), try SequenceEvent(String(line))))
            } catch {
                throw ScenarioError("\(name).events:\(number + 1): \(error)")
            }
        }
        return events
    }
}
