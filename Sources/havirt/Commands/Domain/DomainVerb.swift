import Reconciler
import StateSpec

/// What the verbs have in common that change one domain's file by a commit.
struct DomainVerb: SpecVerb {
    let start: VerbStart
    /// The domain as the branch's tip wishes it.
    let spec: DomainSpec

    /// Scans, and finds the domain in the branch's tip.
    init(_ name: String, _ global: GlobalOptions, _ options: CommitOptions) async throws {
        start = try await VerbStart(global, options)
        spec = try DomainChoice.find(name, start.planned.loaded.desired)
    }

    /// One of several domains of a verb that has scanned.
    init(start: VerbStart, spec: DomainSpec) {
        self.start = start
        self.spec = spec
    }

    var name: DomainName { spec.name }

    /// A change of the domain's YAML file, which it gets if it has none.
    func change(_ what: String, edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]) -> SpecChange {
        SpecChange(file: "domains/\(name).yaml", message: "domain \(name): \(what)") { try edit($0 ?? []) }
    }
}
