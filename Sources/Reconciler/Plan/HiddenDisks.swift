import StateSpec

extension PlanContext {
    /// Another domain that might write the same storage, as nobody knows what it uses; nil if there is none.
    ///
    /// A file outside the shared folders is another file on each node, and the node of an opaque domain takes nothing.
    func hiddenClash(with spec: DomainSpec) -> (uuid: DomainUUID, node: Int)? {
        let cluster = request.desired.cluster
        let isReachable = spec.definition.disks.contains { disk in
            disk.isWritten && ([disk.source] + disk.backing).contains { $0.isReachable(cluster) }
        }
        return isReachable ? opaque.first { $0.uuid != spec.uuid } : nil
    }

    /// Active domains of which nobody knows which disks they use.
    func findOpaque() -> [(uuid: DomainUUID, node: Int)] {
        roster.entries.enumerated().filter(\.element.hasOpaqueDomain).flatMap { index, entry in
            (entry.node?.domains ?? []).filter(\.isOpaque).map { ($0.uuid, index) }
        }
    }
}

extension DomainDisk.Source {
    /// Whether it may be the same storage on several nodes.
    fileprivate func isReachable(_ cluster: ClusterSpec) -> Bool {
        switch self {
        case .block, .network, .volume: true
        case .file(let path): (["/dev"] + cluster.sharedPaths).contains { path.hasPrefix($0 + "/") }
        case .other, .empty: false
        }
    }
}
