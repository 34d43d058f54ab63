public import StateSpec

/// What portals offer, compared with what git names.
public struct TargetOffers: Equatable, Encodable, Sendable {
    /// A portal that answers.
    public struct Answered: Equatable, Encodable, Sendable {
        /// The portal.
        public let portal: ISCSIPortal
        /// The nodes that it answers, by name.
        public let nodes: [NodeName]
        /// How many targets it offers to any of them.
        public let targets: Int
    }

    /// A portal that did not answer a node.
    public struct Unanswered: Equatable, Encodable, Sendable {
        /// The portal.
        public let portal: ISCSIPortal
        /// The node.
        public let node: NodeName
        /// Why, escaped.
        public let why: String
    }

    /// A target with the file of `iscsi/` that it is about.
    public struct Entry: Equatable, Encodable, Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// The file's name: where it stands, or the first with a portal that offers it.
        public let file: PortalName
        /// The portals of that file that offer it, or do not offer it any more.
        public let portals: [ISCSIPortal]
        /// The nodes to which they do so, by name.
        public let nodes: [NodeName]
    }

    /// Portals that answer, by portal.
    public let answered: [Answered]
    /// Portals that did not, by portal and node.
    public let unanswered: [Unanswered]
    /// Targets that git does not name, by name.
    public let new: [Entry]
    /// Targets of git that a portal of theirs answered without, by name.
    public let gone: [Entry]

    /// Compares.
    public init(_ desired: DesiredState, _ answers: [PortalAnswer]) {
        var offers: [ISCSIPortal: [NodeName: Set<ISCSITargetName>]] = [:]
        var unanswered: [Unanswered] = []
        for answer in answers {
            switch answer.discovery {
            case .offered(let list): offers[answer.portal, default: [:]][answer.node] = Set(list.map(\.target.normal))
            case .failed(let why):
                unanswered.append(Unanswered(portal: answer.portal, node: answer.node, why: why))
            }
        }
        answered = offers.sorted { $0.key < $1.key }.map { portal, nodes in
            let targets = nodes.values.reduce(into: Set<ISCSITargetName>()) { $0.formUnion($1) }
            return Answered(portal: portal, nodes: nodes.keys.sorted(), targets: targets.count)
        }
        self.unanswered = unanswered.sorted { ($0.portal, $0.node) < ($1.portal, $1.node) }
        let named = Set(desired.iscsi.flatMap(\.targets).map(\.name))
        var new: [ISCSITargetName: Entry] = [:]
        var gone: [Entry] = []
        for spec in desired.iscsi {
            let ours = spec.portals.filter { offers[$0] != nil }
            func entry(_ target: ISCSITargetName, isOffered: Bool) -> Entry? {
                var (portals, nodes): ([ISCSIPortal], Set<NodeName>) = ([], [])
                for portal in ours {
                    let found = (offers[portal] ?? [:]).filter { $0.value.contains(target) == isOffered }.keys
                    if !found.isEmpty { portals.append(portal) }
                    nodes.formUnion(found)
                }
                return portals.isEmpty
                    ? nil : Entry(target: target, file: spec.name, portals: portals, nodes: nodes.sorted())
            }
            let offered = ours.flatMap { offers[$0]?.values.flatMap { $0 } ?? [] }
            for target in Set(offered).subtracting(named) where new[target] == nil {
                new[target] = entry(target, isOffered: true)
            }
            gone += spec.targets.compactMap { entry($0.name, isOffered: false) }
        }
        self.new = new.values.sorted { $0.target < $1.target }
        self.gone = gone.sorted { $0.target < $1.target }
    }
}

extension ISCSITargetName {
    /// In lower case, as git has it.
    var normal: ISCSITargetName { ISCSITargetName(text.lowercased()) ?? self }
}
