public import StateSpec

/// Which active domains use which storage: two writers of one disk destroy it (rule S3, by equal source).
struct DiskUsers {
    /// One active domain that uses a disk.
    struct User {
        let uuid: DomainUUID
        let name: String
        let node: Int
        let isShareable: Bool
        /// Whether it writes the disk; else its own image stands on it.
        let isWriter: Bool
    }

    private let users: [DomainDisk.Source: [User]]
    /// Active domains of which nobody knows which disks they use.
    private let opaque: [(uuid: DomainUUID, node: Int)]

    init(_ roster: Roster) {
        var users: [DomainDisk.Source: [User]] = [:]
        var opaque: [(uuid: DomainUUID, node: Int)] = []
        for (index, entry) in roster.entries.enumerated() {
            for domain in entry.node?.domains ?? [] where domain.activity.holdsDisks {
                if domain.isOpaque { opaque.append((domain.uuid, index)) }
                for disk in domain.definition?.disks ?? [] {
                    for use in disk.uses {
                        let user = User(
                            uuid: domain.uuid, name: domain.name, node: index, isShareable: disk.isShareable,
                            isWriter: use.isWriter)
                        users[use.source, default: []].append(user)
                    }
                }
            }
        }
        self.users = users
        self.opaque = opaque
    }

    /// Another domain that might write the same storage, as nobody knows what it uses; nil if there is none.
    ///
    /// A file outside the shared folders is another file on each node, and the node of an opaque domain takes nothing.
    func hiddenClash(with spec: DomainSpec, _ cluster: ClusterSpec) -> (uuid: DomainUUID, node: Int)? {
        let isReachable = spec.definition.disks.contains { disk in
            disk.isWritten && ([disk.source] + disk.backing).contains { $0.isReachable(cluster) }
        }
        return isReachable ? opaque.first { $0.uuid != spec.uuid } : nil
    }

    /// A domain other than `spec` that uses one of its disks, where one of the two writes it; nil if there is none.
    func clash(with spec: DomainSpec) -> (user: User, source: DomainDisk.Source)? {
        for disk in spec.definition.disks {
            for use in disk.uses {
                for user in users[use.source] ?? [] where user.uuid != spec.uuid {
                    guard use.isWriter || user.isWriter, !(user.isShareable && disk.isShareable) else { continue }
                    return (user, use.source)
                }
            }
        }
        return nil
    }
}

extension DomainDisk {
    /// Whether a domain that runs with it may write it.
    var isWritten: Bool {
        if isReadOnly || device == "cdrom" || device == "floppy" && source == .empty { return false }
        return source != .empty
    }

    /// The storage behind it: what is written, and what an image that is written stands on.
    fileprivate var uses: [(source: Source, isWriter: Bool)] {
        guard isWritten else { return [] }
        let own = source.storage.map { [($0, true)] } ?? []
        return own + backing.compactMap(\.storage).map { ($0, false) }
    }
}

extension DomainDisk.Source {
    /// The source without what may differ between two ways to one storage; nil for what cannot be compared.
    fileprivate var storage: DomainDisk.Source? {
        switch self {
        // A device as a file or as a block device is one device.
        case .block(let path): .file(path: path)
        case .network(let proto, let name, _): name.isEmpty ? nil : .network(protocol: proto, name: name, hosts: [])
        case .file, .volume: self
        case .other, .empty: nil
        }
    }

    /// Whether it may be the same storage on several nodes.
    fileprivate func isReachable(_ cluster: ClusterSpec) -> Bool {
        switch self {
        case .block, .network, .volume: true
        case .file(let path): (["/dev"] + cluster.sharedPaths).contains { path.hasPrefix($0 + "/") }
        case .other, .empty: false
        }
    }

    /// The source in words, escaped.
    public var words: String {
        switch self {
        case .file(let path), .block(let path): Escaped(path).bare
        case .network(let proto, let name, _): Escaped("\(proto):\(name)").bare
        case .volume(let pool, let volume): Escaped("\(pool)/\(volume)").bare
        case .other(let type): Escaped(type).bare
        case .empty: "an empty drive"
        }
    }
}
