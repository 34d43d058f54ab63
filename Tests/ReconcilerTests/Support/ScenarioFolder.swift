import FoundationEssentials
import StateSpec

@testable import Reconciler

/// One folder of `Scenarios/`: what git wishes and what was seen, with the plan that follows.
struct ScenarioFolder: Sendable {
    let name: String

    /// `Scenarios/` beside the tests' sources.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
        parts.append("Scenarios")
        return parts.joined(separator: "/")
    }()

    /// All folders, found by listing, so that none can be forgotten.
    static let all: [ScenarioFolder] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).sorted().compactMap { entry in
                var isFolder = false
                let exists = FileManager.default.fileExists(atPath: root + "/" + entry, isDirectory: &isFolder)
                return exists && isFolder ? ScenarioFolder(name: entry) : nil
            }
        } catch {
            preconditionFailure("\(root) cannot be listed: \(error)")
        }
    }()

    func path(_ file: String) -> String { "\(Self.root)/\(name)/\(file)" }

    func bytes(_ file: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path(file)) else { return nil }
        return [UInt8](try Data(contentsOf: URL(filePath: path(file))))
    }

    func text(_ file: String) throws -> String? { try bytes(file).map { String(decoding: $0, as: UTF8.self) } }

    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path(file)))
    }

    /// The wishes of a `cluster.d`; nil if there is none.
    func desired(_ folder: String) throws -> DesiredState? {
        guard let load = try load(folder) else { return nil }
        guard let state = load.state else {
            throw ScenarioError("\(folder): \(load.errors.map(\.description).joined(separator: "\n"))")
        }
        return state
    }

    /// A `cluster.d` as it is read; nil if there is none.
    func load(_ folder: String) throws -> SpecLoad? {
        guard FileManager.default.fileExists(atPath: path(folder)) else { return nil }
        let files = try FileManager.default.subpathsOfDirectory(atPath: path(folder)).sorted()
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".xml") }
            .map { SpecFile(path: $0, bytes: try bytes("\(folder)/\($0)") ?? []) }
        var loader = SpecLoader()
        return loader.load(SpecTree(files: files))
    }

    func observed() throws -> ObservedCluster {
        guard let bytes = try bytes("observed.json") else { throw ScenarioError("observed.json is missing") }
        return try JSONDecoder().decode(ObservedCluster.self, from: Data(bytes))
    }

    func request() throws -> PlanRequest {
        guard let desired = try desired("cluster.d") else { throw ScenarioError("cluster.d is missing") }
        let observed = try observed()
        let options = try bytes("options.json").map {
            try JSONDecoder().decode(ScenarioOptions.self, from: Data($0)).planOptions
        }
        let previous = try self.desired("previous")
        var request = PlanRequest(
            desired: desired, commit: "c0ffee", previous: previous, observed: observed, now: observed.takenAt,
            options: options ?? PlanOptions())
        let kept = Set(desired.domains.map(\.uuid))
        request.departed = previous?.domains.filter { !kept.contains($0.uuid) } ?? []
        return request
    }
}

/// `options.json`: what one run changes about the rules.
struct ScenarioOptions: Decodable {
    var stopsMax: Int?
    var movesMax: Int?
    var only: [DomainName]?
    var heldByTip: [DomainName]?
    var outlawed: [DomainName]?
    var balance: BalanceWish?
    var requireLock: Bool?
    var bringBack: [NodeName]?
    var explicit: [ExplicitRequest]?

    var planOptions: PlanOptions {
        var options = PlanOptions()
        options.stopsMax = stopsMax
        options.movesMax = movesMax
        options.only = only.map(Set.init)
        options.balance = balance
        options.requireLock = requireLock ?? false
        options.bringBack = Set(bringBack ?? [])
        options.explicit = [DomainName: ExplicitAction](explicit ?? [])
        options.outlawed = Set(outlawed ?? [])
        options.held = heldByTip.map { HeldObjects(commit: "bad", domains: Set($0)) }
        return options
    }
}

/// A scenario that cannot be read.
struct ScenarioError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension ObservedCluster {
    /// As `node scan --save` writes it.
    func saved() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
