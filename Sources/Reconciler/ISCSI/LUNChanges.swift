public import StateSpec

/// A LUN that a node saw otherwise at one look than at the next.
public struct LUNChange: Equatable, Encodable, Sendable {
    /// In which way.
    public enum Kind: String, Encodable, Sendable {
        /// It was not there before.
        case new
        /// It is not there any more; the node may still have a disk of it.
        case gone
        /// It has another size.
        case resized
        /// It has another identity, whatever its size.
        case replaced
    }

    /// How a LUN was seen.
    public struct Sight: Hashable, Encodable, Sendable {
        /// Its size.
        public let bytes: Int64
        /// Its identity; nil for none.
        public let wwid: WWID?
    }

    /// The node.
    public let node: NodeName
    /// The target.
    public let target: ISCSITargetName
    /// The LUN's number.
    public let lun: Int
    /// In which way it differs.
    public let kind: Kind
    /// As it was; nil for one that was not there.
    public let before: Sight?
    /// As it is; nil for one that is not there.
    public let after: Sight?
}

/// What became of the LUNs of all sessions from one look to the next.
public struct LUNChanges: Equatable, Encodable, Sendable {
    /// A node of which one of the looks cannot tell.
    public struct Unknown: Equatable, Encodable, Sendable {
        /// The node.
        public let node: NodeName
        /// Why, escaped.
        public let why: String
    }

    /// By node, target and LUN.
    public let changes: [LUNChange]
    /// What cannot be compared, by node.
    public let unknown: [Unknown]

    /// Compares two looks at these nodes.
    public init(from before: ObservedCluster, to after: ObservedCluster, on nodes: [NodeName]) {
        var changes: [LUNChange] = []
        var unknown: [Unknown] = []
        for node in nodes.sorted() {
            switch (Self.luns(of: node, before), Self.luns(of: node, after)) {
            case (.known(let old), .known(let new)): changes += Self.changes(on: node, old, new)
            case (_, .unknown(let why)), (.unknown(let why), _): unknown.append(Unknown(node: node, why: why))
            }
        }
        self.changes = changes
        self.unknown = unknown
    }

    private struct Address: Hashable, Comparable {
        let target: ISCSITargetName
        let lun: Int

        static func < (left: Self, right: Self) -> Bool { (left.target, left.lun) < (right.target, right.lun) }
    }

    private enum Look {
        case known([Address: Set<LUNChange.Sight>])
        case unknown(String)
    }

    /// The LUNs that a node's targets have; of several paths, each sight once.
    private static func luns(
        of node: NodeName, _ observed: ObservedCluster
    ) -> Look {
        guard let iscsi = observed.nodes[node]?.node?.iscsi else { return .unknown("it did not answer") }
        switch iscsi {
        case .unknown(let why): return .unknown(why)
        case .known(let seen):
            var luns: [Address: Set<LUNChange.Sight>] = [:]
            for session in seen.sessions {
                // A LUN without any byte is one that the target has no more.
                for device in session.devices where device.bytes > 0 {
                    luns[Address(target: session.target, lun: device.lun), default: []].insert(
                        LUNChange.Sight(bytes: device.bytes, wwid: device.wwid))
                }
            }
            return .known(luns)
        }
    }

    private static func changes(
        on node: NodeName, _ old: [Address: Set<LUNChange.Sight>], _ new: [Address: Set<LUNChange.Sight>]
    ) -> [LUNChange] {
        Set(old.keys).union(new.keys).sorted().compactMap { address in
            let (before, after) = (old[address] ?? [], new[address] ?? [])
            guard before != after else { return nil }
            // Where paths differ among themselves, what one of them lost and gained is told.
            let was = first(of: before.subtracting(after)) ?? first(of: before)
            let now = first(of: after.subtracting(before)) ?? first(of: after)
            let kind: LUNChange.Kind =
                was == nil ? .new : now == nil ? .gone : was?.wwid == now?.wwid ? .resized : .replaced
            return LUNChange(
                node: node, target: address.target, lun: address.lun, kind: kind, before: was, after: now)
        }
    }

    private static func first(of sights: Set<LUNChange.Sight>) -> LUNChange.Sight? {
        sights.min { ($0.wwid?.text ?? "", $0.bytes) < ($1.wwid?.text ?? "", $1.bytes) }
    }
}
