public import StateSpec

/// Who uses which storage: two writers of one destroy it, by whatever names they have it (rule S3).
struct DiskUsers {
    /// Somebody that uses a disk.
    struct User {
        /// Nil for a process that does not say.
        let uuid: DomainUUID?
        /// The index of its node.
        let node: Int
        /// In words, with its node.
        let words: String
        /// Whether its disk is shareable or only read.
        let isHarmless: Bool
        /// The name by which it has the disk.
        let source: String
    }

    /// A disk of a domain that somebody else uses.
    struct Clash {
        let user: User
        /// The name by which the domain has the disk.
        let source: String

        var reason: Reason { .diskClash(user.words, source, isWriter: !user.isHarmless, as: user.source) }
    }

    private typealias Token = StorageIndex.Token

    private let index: StorageIndex
    private let roster: Roster
    private var users: [User] = []
    private var writersOf = Table()
    private var readersOf = Table()

    /// Nobody yet.
    init(_ index: StorageIndex, _ roster: Roster) {
        self.index = index
        self.roster = roster
    }

    /// All that is active on the nodes that answered, and every QEMU process that writes what no such domain explains.
    static func seen(_ index: StorageIndex, _ roster: Roster) -> DiskUsers {
        var users = DiskUsers(index, roster)
        for (position, entry) in roster.entries.enumerated() {
            guard let node = entry.node else { continue }
            let active = node.domains.filter(\.activity.holdsDisks)
            for domain in active {
                let words = "\(Escaped(domain.name).bare) on \(entry.name)"
                // What is not known is counted apart, see `hiddenClash`.
                guard let definition = domain.definition else { continue }
                users.add(definition, uuid: domain.uuid, words: words, on: position)
            }
            for writer in node.storage?.writers ?? [] where Guard.openDisksCount.isOn {
                users.add(writer, of: active.first { $0.uuid == writer.uuid }, on: position)
            }
        }
        return users
    }

    /// Counts what a domain uses on a node.
    mutating func add(_ definition: DomainDefinition, uuid: DomainUUID, words: String, on node: Int) {
        for use in definition.disks.flatMap(\.uses) {
            guard let identity = index.identity(of: use.source, on: [node]) else { continue }
            let user = User(uuid: uuid, node: node, words: words, isHarmless: use.isHarmless, source: use.source.words)
            add(user, identity)
        }
    }

    /// A process holds more than its domain's XML says when a name has come to mean another device since its start, and
    /// when libvirt does not know the process at all.
    private mutating func add(_ writer: StorageWriter, of domain: ObservedDomain?, on node: Int) {
        let disks = domain?.definition?.disks ?? []
        let sources = disks.flatMap { [$0.source] + $0.backing }
        let explained = Set(sources.flatMap { index.devices(of: $0, on: node) })
        let files = Set(sources.compactMap { StorageKey($0) })
        let written = disks.filter(\.isWritten)
        let isHarmless = !written.isEmpty && written.allSatisfy(\.isShareable)
        let name = roster.entries[node].name
        let words =
            domain.map { "the QEMU process of \(Escaped($0.name).bare) on \(name)" }
            ?? "a QEMU process on \(name) that libvirt does not list (pid \(writer.pid))"
        func user(_ source: String) -> User {
            User(uuid: writer.uuid, node: node, words: words, isHarmless: isHarmless, source: source)
        }
        for device in writer.devices where !explained.contains(device) {
            add(user(Escaped("/dev/\(device)").bare), index.identity(ofDevice: device, on: node))
        }
        for file in writer.files where !files.contains(StorageKey(path: file)) {
            guard let identity = index.identity(of: .file(path: file), on: [node]) else { continue }
            add(user(Escaped(file).bare), identity)
        }
    }

    private mutating func add(_ user: User, _ identity: StorageIndex.Identity) {
        users.append(user)
        let number = users.count - 1
        if user.isHarmless { readersOf.add(number, identity) } else { writersOf.add(number, identity) }
    }

    /// The first other user of a disk of `spec`, on any node where it may run, unless both disks are shareable or only
    /// read; nil if there is none.
    func clash(with spec: DomainSpec) -> Clash? {
        let places = index.places.filter { spec.wish.nodes?.contains(roster.entries[$0].name) ?? true }
        for use in spec.definition.disks.flatMap(\.uses) {
            guard let identity = index.identity(of: use.source, on: places) else { continue }
            var found = writersOf.first(of: identity) { users[$0].uuid != spec.uuid }
            if !use.isHarmless {
                let reader = readersOf.first(of: identity) { users[$0].uuid != spec.uuid }
                found = [found, reader].compactMap { $0 }.min()
            }
            if let found { return Clash(user: users[found], source: use.source.words) }
        }
        return nil
    }

    /// The first that uses a disk of a domain which is active on a node, by the same rule; of each two, one is told of
    /// the other.
    func clash(of domain: ObservedDomain, on node: Int, sharedPaths: [String]) -> Clash? {
        for use in (domain.definition?.disks ?? []).flatMap(\.uses) {
            guard let identity = index.identity(of: use.source, on: [node]) else { continue }
            let isLocal = use.source.isLocal(sharedPaths)
            func isOther(_ number: Int) -> Bool {
                let user = users[number]
                return (user.uuid.map { $0 > domain.uuid } ?? true) && (!isLocal || user.node == node)
            }
            var found = writersOf.first(of: identity, where: isOther)
            if !use.isHarmless { found = found ?? readersOf.first(of: identity, where: isOther) }
            if let found { return Clash(user: users[found], source: use.source.words) }
        }
        return nil
    }

    /// Users by what they use.
    private struct Table {
        private var own: [Token: [Int]] = [:]
        private var under: [Token: [Int]] = [:]

        mutating func add(_ user: Int, _ identity: StorageIndex.Identity) {
            for token in identity.own { own[token, default: []].append(user) }
            for token in identity.under { under[token, default: []].append(user) }
        }

        /// The first that uses the same, a part of it, or what it is a part of.
        func first(of identity: StorageIndex.Identity, where isOther: (Int) -> Bool) -> Int? {
            let same = identity.own.compactMap { own[$0]?.first(where: isOther) }
            let parts = identity.own.compactMap { under[$0]?.first(where: isOther) }
            let wholes = identity.under.compactMap { own[$0]?.first(where: isOther) }
            return (same + parts + wholes).min()
        }
    }
}

extension DomainDisk {
    /// Whether a domain that runs with it may write it.
    var isWritten: Bool {
        if isReadOnly || device == "cdrom" || device == "floppy" && source == .empty { return false }
        return source != .empty
    }

    /// The storage behind it: its own, and the images that it stands on, which are only read.
    fileprivate var uses: [(source: Source, isHarmless: Bool)] {
        guard source != .empty else { return [] }
        return [(source, isShareable || !isWritten)] + backing.map { ($0, true) }
    }
}

extension DomainDisk.Source {
    /// Whether it is another file on each node.
    fileprivate func isLocal(_ sharedPaths: [String]) -> Bool {
        guard case .file(let path) = self else { return false }
        return !(["/dev"] + sharedPaths).contains { path.hasPrefix($0 + "/") }
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
