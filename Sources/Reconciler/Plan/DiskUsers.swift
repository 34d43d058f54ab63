public import StateSpec

/// Which active domains write which storage: two writers of one disk destroy it (rule S3, by equal source).
struct DiskUsers {
    /// One active domain that writes a disk.
    struct User {
        let uuid: DomainUUID
        let name: String
        let node: Int
        let isShareable: Bool
    }

    private let users: [DomainDisk.Source: [User]]

    init(_ roster: Roster) {
        var users: [DomainDisk.Source: [User]] = [:]
        for (index, entry) in roster.entries.enumerated() {
            for domain in entry.node?.domains ?? [] where domain.activity.holdsDisks {
                for disk in domain.definition.disks where disk.isWritten {
                    let user = User(
                        uuid: domain.uuid, name: domain.name, node: index, isShareable: disk.isShareable)
                    users[disk.source, default: []].append(user)
                }
            }
        }
        self.users = users
    }

    /// A domain other than `spec` that writes one of its disks; nil if there is none.
    func clash(with spec: DomainSpec) -> (user: User, disk: DomainDisk)? {
        for disk in spec.definition.disks where disk.isWritten {
            for user in users[disk.source] ?? [] where user.uuid != spec.uuid {
                if !(user.isShareable && disk.isShareable) { return (user, disk) }
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
}

extension DomainDisk.Source {
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
