import StateSpec

/// All that was seen on the nodes of an adoption, by domain.
struct Survey {
    /// One domain with all its sightings, on nodes that answered as themselves.
    struct Subject {
        let uuid: DomainUUID
        let sights: [(node: Int, domain: ObservedDomain)]
        /// Those among them on nodes that git has or is to get.
        let ours: [(node: Int, domain: ObservedDomain)]
        /// As the nodes have it, each spelling once; hostile text.
        let names: [String]

        var active: [(node: Int, domain: ObservedDomain)] { sights.filter { $0.domain.activity.holdsDisks } }

        /// Where it is: where it runs, or else where it is defined.
        var homes: [(node: Int, domain: ObservedDomain)] { active.isEmpty ? ours : active }

        /// A name to call it by in findings.
        var shown: String { Escaped(names.first ?? "\(uuid)", charactersMax: 100).bare }
    }

    let request: AdoptionRequest
    let existing: DesiredState
    let context: PlanContext
    /// Domains that git does not have, by uuid.
    let subjects: [Subject]
    /// Uuids by name in lower case, of all that was seen: names that differ only in case are one to most readers.
    let uuids: [String: Set<DomainUUID>]
    /// Who uses which storage, now or once started.
    let users: DiskUsers

    /// - Parameter iscsi: files of `iscsi/` that git is to get.
    init(_ request: AdoptionRequest, _ existing: DesiredState, iscsi: [ISCSISpec]) {
        self.request = request
        self.existing = existing
        let known = Set(existing.nodes.map(\.name))
        let desired = DesiredState(
            cluster: request.base.cluster(existing),
            nodes: existing.nodes + request.named.filter { !known.contains($0.name) },
            domains: existing.domains, iscsi: existing.iscsi + iscsi)
        let context = PlanContext(
            PlanRequest(desired: desired, observed: request.observed, now: request.observed.takenAt))
        self.context = context
        var uuids: [String: Set<DomainUUID>] = [:]
        var users = context.disks
        for domain in existing.domains {
            users.add(domain.definition, uuid: domain.uuid, words: "\(domain.name), which git has,", on: 0)
        }
        var subjects: [Subject] = []
        let inGit = Set(existing.domains.map(\.uuid))
        for uuid in context.homes.uuids.sorted() {
            let sights = context.homes.sights(of: uuid).map { (node: $0.node, domain: context.roster.domain($0)) }
            let names = Set(sights.map(\.domain.name)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            for name in names { uuids[name.lowercased(), default: []].insert(uuid) }
            for sight in sights where !sight.domain.activity.holdsDisks {
                guard let definition = sight.domain.definition else { continue }
                let words =
                    "\(Escaped(sight.domain.name).bare), which is off on \(context.roster.entries[sight.node].name),"
                users.add(definition, uuid: uuid, words: words, on: sight.node)
            }
            let ours = sights.filter { context.roster.entries[$0.node].spec != nil }
            if inGit.contains(uuid) || ours.isEmpty { continue }
            subjects.append(Subject(uuid: uuid, sights: sights, ours: ours, names: names))
        }
        self.uuids = uuids
        self.users = users
        self.subjects = subjects
    }

    /// Nodes that git is to get, by name.
    var newNodes: [NodeSpec] {
        let known = Set(existing.nodes.map(\.name))
        return request.named.filter { !known.contains($0.name) }.sorted { $0.name < $1.name }
    }

    /// A node that was named and does not answer may run anything: the same domain a second time, too.
    func demandAnswers() throws(AdoptionRefusal) {
        let named = Set(request.named.map(\.name))
        let silent = context.roster.entries.filter { named.contains($0.name) && $0.node == nil }
        guard let first = silent.first else { return }
        let words = silent.map { entry in
            guard case .silent(let silence) = entry.reading else { return "\(entry.name)" }
            return "\(entry.name) is silent, \(silence)"
        }
        throw AdoptionRefusal(
            "\(words.joined(separator: "; ")): what runs there, perhaps a second time, is not known. See to it, or name"
                + " the other nodes only, without \(first.name)")
    }

    /// Nodes of git that were not named and do not answer.
    func unseenNodes() -> [AdoptionFinding] {
        let named = Set(request.named.map(\.name))
        return context.roster.silent.filter { !named.contains($0.name) }.map { entry in
            AdoptionFinding(
                .warning, "silent", entry.name.text, "is not named and does not answer: what it has is not adopted",
                hint: "adopt again once it answers")
        }
    }

    /// What `cluster.yaml` is to say, where git has none: networks that all nodes have.
    func cluster(for candidates: [AdoptionDraft.Candidate]) -> ClusterSpec {
        var cluster = context.request.desired.cluster
        if request.base.hasClusterFile { return cluster }
        let nodes = context.roster.entries.compactMap(\.node)
        let active = nodes.map { node in Set(node.networks.filter(\.isActive).map(\.name)) }
        // Bridges are many, and most are libvirt's or other programs': only what a domain uses is demanded.
        let bridges = Set(
            candidates.flatMap(\.spec.definition.interfaces).compactMap { interface in
                if case .bridge(let name) = interface { name } else { nil }
            })
        let everywhere = zip(active, nodes).map { $0.union(bridges.intersection($1.bridges)) }
        let shared = everywhere.dropFirst().reduce(everywhere.first ?? []) { $0.intersection($1) }
        cluster.networks = shared.compactMap { name in
            do throws(NameError) { return try NetworkName(name) } catch { return nil }
        }.sorted()
        return cluster
    }
}
