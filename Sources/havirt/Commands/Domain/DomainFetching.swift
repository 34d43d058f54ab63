import Reconciler
import StateSpec

/// XML of nodes on its way into git.
struct DomainFetching: SpecVerb {
    let start: VerbStart

    private var observed: ObservedCluster { planned.observed }
    private var desired: DesiredState { planned.loaded.desired }

    /// All domains that the nodes list, and, with those that are off, all of git.
    func seen(onlyActive: Bool) -> Set<DomainUUID> {
        let listed = observed.nodes.values.flatMap { $0.node?.domains ?? [] }
        let chosen = Set(listed.filter { !onlyActive || $0.activity.holdsDisks }.map(\.uuid))
        return onlyActive ? chosen : chosen.union(desired.domains.map(\.uuid))
    }

    /// Whether any node that answers lists it.
    func isSeen(_ spec: DomainSpec) -> Bool {
        observed.nodes.keys.contains { observed.domain(spec.uuid, on: $0) != nil }
    }

    // MARK: - Changes

    /// The commit that brings a domain into git; throws, with what to do, where it is not clear which that is.
    func fetch(_ text: String) throws -> SpecChange {
        let name = try DomainName(text)
        let sights = sights { $0.name == text }
        guard let first = sights.first else {
            let names = observed.nodes.values.flatMap { $0.node?.domains ?? [] }.map(\.name)
            let nearest = Suggestion.nearest(to: text, among: names + desired.domains.map(\.name.text))
            let hint = nearest.map { "did you mean \(Escaped($0).bare)?" } ?? "`havirt node scan` shows all"
            throw Failure("neither git nor a node that answers has a domain \(name); \(hint)\(silence)")
        }
        guard sights.allSatisfy({ $0.domain.uuid == first.domain.uuid }) else {
            let list = sights.map { "\($0.domain.uuid) on \($0.node)" }.joined(separator: ", ")
            throw Failure("the name \(name) stands for several domains (\(list)); only one of them can keep it")
        }
        if let other = desired.domains.first(where: { $0.uuid == first.domain.uuid }) {
            throw Failure("git has the domain \(first.domain.uuid) under another name, \(other.name)")
        }
        let source = try source(of: name, sights)
        let xml = portable(source, name)
        return SpecChange(file: "domains/\(name).xml", message: "domain \(name): XML from \(source.node)") { old in
            guard old == nil else { throw Failure("git has it by now; ask again") }
            return xml
        }
    }

    /// The commit that makes git's XML what the node has; nil where both say the same.
    func refresh(_ spec: DomainSpec) throws -> SpecChange? {
        let sights = sights { $0.uuid == spec.uuid }
        guard !sights.isEmpty else { throw Failure("no node that answers has the domain \(spec.name)\(silence)") }
        let source = try source(of: spec.name, sights)
        guard !(try DomainDocument(spec.xml)).differences(from: source.document, source.form).isEmpty else {
            Terminal.note("\(spec.name): git's XML says what the one on \(source.node) says.")
            return nil
        }
        let xml = portable(source, spec.name)
        let message = "domain \(spec.name): XML as on \(source.node)"
        return SpecChange(file: "domains/\(spec.name).xml", message: message) { old in
            guard old == spec.xml else { throw Failure("it has changed meanwhile; ask again") }
            return xml
        }
    }

    /// Shows the commits and what follows; makes them where the run acts.
    func commit(_ changes: [SpecChange]) async throws {
        try start.demandUsableTip()
        let desired = try show(changes)
        try showFollowing(desired, PlanOptions())
        guard options.acts(wiring.settings) else {
            Terminal.out("Nothing is changed yet; --yes commits it.\n")
            throw ExitStatus.pending
        }
        try await make(changes)
    }

    // MARK: - Nodes

    private typealias Sight = (node: NodeName, domain: ObservedDomain)

    private func sights(where isMeant: (ObservedDomain) -> Bool) -> [Sight] {
        observed.nodes.keys.sorted().flatMap { node in
            (observed.nodes[node]?.node?.domains ?? []).filter(isMeant).map { (node, $0) }
        }
    }

    /// The XML that a node has.
    private struct Source {
        let node: NodeName
        let document: DomainDocument
        let form: DocumentForm
    }

    /// Where it is active, else where alone it is defined.
    private func source(of name: DomainName, _ sights: [Sight]) throws -> Source {
        let active = sights.filter(\.domain.activity.holdsDisks)
        let chosen = active.isEmpty ? sights : active
        guard chosen.count == 1, let sight = chosen.first else {
            let list = chosen.map(\.node.text).joined(separator: ", ")
            throw Failure(
                active.isEmpty
                    ? "\(name) is defined on several nodes (\(list)) and runs on none: undefine all but the right one"
                    : "\(name) is active on several nodes (\(list)): it is on its way, or runs twice")
        }
        let documents = sight.domain.documents
        guard let text = active.isEmpty ? documents?.persistent : documents?.live else {
            throw Failure("the node \(sight.node) gave no XML of \(name); ask again")
        }
        do {
            return Source(
                node: sight.node, document: try DomainDocument(Array(text.utf8)),
                form: active.isEmpty ? .persistent : .live)
        } catch {
            throw Failure("the XML of \(name) on \(sight.node) is not understood: \(error)")
        }
    }

    /// The XML as git should have it; secrets that are left out are told of.
    private func portable(_ source: Source, _ name: DomainName) -> [UInt8] {
        let portable = source.document.portable
        for secret in portable.omitted {
            Terminal.note("\(name): left out, because no secret belongs into git: \(secret.path), \(secret.what)")
        }
        return portable.xml
    }

    /// What is said besides where a domain is missed: a silent node may have it.
    private var silence: String {
        let silent = observed.nodes.filter { $0.value.node == nil }.keys.sorted().map(\.text)
        return silent.isEmpty ? "" : "; silent: \(silent.joined(separator: ", "))"
    }
}
