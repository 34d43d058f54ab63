import Reconciler
import StateSpec

/// What `start`, `stop` and `migrate` share: where the domain is, and where it may go.
extension DomainVerb {
    /// Nodes on which the domain was seen active, in motion or not, by name.
    var homes: [NodeName] { planned.observed.homes(of: spec.uuid) }

    /// Throws if the domain is held: that beats every wish, this one too.
    func demandNoHold() throws(Failure) {
        guard let hold = spec.wish.hold else { return }
        let why = hold.reason.map { ": \(Escaped($0).bare)" } ?? ""
        throw Failure("\(name) is held\(why); havirt domain unhold \(name) ends that")
    }

    /// The node with this name, which must be allowed for the domain, or become it.
    ///
    /// - Parameter allow: whether it is added to the allowed set.
    /// - Returns: the node, and the allowed set where that has to change.
    func place(_ text: String, allow: Bool) throws -> Place {
        let desired = planned.loaded.desired
        guard let node = try NodeChoice.choose([text], desired).first else {
            preconditionFailure("one name chooses one node or throws")
        }
        guard let nodes = spec.wish.nodes, !nodes.contains(node) else { return Place(node: node, allowed: nil) }
        guard allow else {
            let list = nodes.map(\.text).joined(separator: ", ")
            throw Failure("\(node) is not among the nodes that \(name) is allowed (\(list)); --allow adds it")
        }
        return Place(node: node, allowed: nodes + [node])
    }

    /// A node for the domain, with what has to be committed for it.
    struct Place {
        let node: NodeName
        /// The new allowed set; nil where it stays.
        let allowed: [NodeName]?

        /// The text with the node allowed, where it was not, and preferred.
        func prefer(in text: [UInt8]) throws -> [UInt8] {
            let text = try allowed.map { try YAMLEditor.append($0.map(\.text), to: "nodes", in: text) } ?? text
            return try YAMLEditor.set("prefer", to: .string(node.text), in: text)
        }
    }

    /// Rules for a run that is about this domain alone.
    func planOptions(_ options: PlanOptions, asking action: ExplicitAction) -> PlanOptions {
        var options = options
        options.only = [name]
        options.explicit = [name: action]
        return options
    }

    /// Throws, before anything is committed, if what was asked cannot be done as things were seen.
    func demand(_ changes: [SpecChange], _ options: PlanOptions, to what: String) throws {
        let plan = plan(try preview(changes).desired, options)
        if let refusal = plan.refusal { throw Failure("\(name) cannot \(what): \(refusal); nothing is committed") }
        guard let decision = plan.decisions.first(where: { $0.domain.uuid == spec.uuid }),
            decision.status != .changing, decision.status != .inSync
        else { return }
        throw Failure("\(name) cannot \(what): \(decision.reason); nothing is committed")
    }
}

extension ObservedCluster {
    /// Nodes on which a domain was seen active, or a QEMU process of it, by name.
    func homes(of uuid: DomainUUID) -> [NodeName] {
        nodes.filter { _, reading in
            guard let node = reading.node else { return false }
            return node.processes.contains(uuid)
                || node.domains.contains { $0.uuid == uuid && $0.activity.holdsDisks }
        }.keys.sorted()
    }
}

/// What each verb takes that commits a wish for a domain.
enum DomainMessage {
    /// The commit's words, with what a person has to add.
    static func make(_ what: String, _ message: String?) throws(Failure) -> String {
        guard let message else { return what }
        return "\(what), \(try CommitWords.check(message, option: "--message"))"
    }
}
