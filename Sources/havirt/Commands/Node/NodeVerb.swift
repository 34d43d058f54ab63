import Reconciler
import StateSpec

/// What the verbs have in common that change nodes' files by commits.
struct NodeVerb: SpecVerb {
    let start: VerbStart
    /// The nodes that were named, by name.
    let nodes: [NodeName]

    /// Scans, and finds the nodes in the branch's tip; at least one is named.
    init(_ names: [String], _ global: GlobalOptions, _ options: CommitOptions) async throws {
        start = try await VerbStart(global, options)
        nodes = try NodeChoice.choose(names, start.planned.loaded.desired).sorted()
    }

    /// For a verb that takes one node.
    var node: NodeName {
        guard let node = nodes.first else { preconditionFailure("one name chooses one node or throws") }
        return node
    }

    /// The node as the branch's tip wishes it.
    var spec: NodeSpec { spec(of: node) }

    /// One of the nodes as the branch's tip wishes it.
    func spec(of node: NodeName) -> NodeSpec {
        guard let spec = planned.loaded.desired.nodes.first(where: { $0.name == node }) else {
            preconditionFailure("node \(node) was found in this commit")
        }
        return spec
    }

    /// Shows the commit and what would follow from it; makes it where the run acts.
    func change(_ message: String, edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]) async throws {
        try await change(
            SpecChange(node: node, message: message, edit: edit),
            outlook: "The next round acts on it: havirt apply --yes")
    }
}

extension SpecChange {
    /// A change of a node's file, which is there.
    init(node: NodeName, message: String, edit: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.init(file: "nodes/\(node).yaml", message: message) { old in
            guard let old else { throw Failure("the file is not in the branch's tip") }
            return try edit(old)
        }
    }
}
