import StateSpec

/// Whether each node's root can log in to all the others, which migrations need: `authorized_keys` and host keys.
struct AccessFindings {
    /// A node whose ssh was looked at.
    private struct Seat {
        let name: NodeName
        let migrationHost: String
        let access: ObservedAccess
    }

    private static let authorizedKeys = "/root/.ssh/authorized_keys"
    private static let knownHosts = "/root/.ssh/known_hosts"

    private let seats: [Seat]

    init(_ context: PlanContext) {
        seats = context.roster.entries.compactMap { entry in
            guard let spec = entry.spec, !spec.retired, let access = entry.node?.access else { return nil }
            return Seat(name: entry.name, migrationHost: spec.migrationHost, access: access)
        }
    }

    var findings: [Alert] {
        guard seats.count > 1 else { return [] }
        return seats.flatMap { seat in
            let others = seats.filter { $0.name != seat.name }
            return withoutKey(seat) + authorized(seat, others) + known(seat, others)
        }
    }

    private func withoutKey(_ seat: Seat) -> [Alert] {
        guard seat.access.own.isEmpty else { return [] }
        return [
            Alert(
                severity: .warning, code: AlertCode.noKey.rawValue, subject: "ssh key", node: seat.name,
                message: "its root has no key without a passphrase to log in to the other nodes with",
                remedies: [
                    Remedy(
                        on: seat.name,
                        .run([
                            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "root@\(seat.name)", "-f",
                            "/root/.ssh/id_ed25519",
                        ]))
                ])
        ]
    }

    // MARK: - authorized_keys

    private func authorized(_ seat: Seat, _ others: [Seat]) -> [Alert] {
        switch seat.access.authorized {
        case .unknown(let why):
            return [
                Alert(
                    severity: .warning, code: AlertCode.notScanned.rawValue, subject: "authorized_keys",
                    node: seat.name, message: "who may log in is not known: \(why)")
            ]
        case .known(let keys):
            let direct = keys.filter { !$0.isAuthority }
            var missing: [(owner: NodeName, key: PublicKey)] = []
            var restricted: [Alert] = []
            for other in others {
                let own = Set(other.access.own.map(\.identity))
                let found = direct.filter { own.contains($0.key.identity) }
                if found.contains(where: { !$0.isRestricted }) { continue }
                if let bound = found.first {
                    restricted.append(restriction(seat, other, bound))
                } else if let key = other.access.own.first {
                    missing.append((other.name, key))
                }
            }
            return restricted + (missing.isEmpty ? [] : [lack(seat, missing, keys)])
        }
    }

    private func lack(
        _ seat: Seat, _ missing: [(owner: NodeName, key: PublicKey)], _ keys: [AuthorizedKey]
    ) -> Alert {
        let words = missing.map { "\($0.owner) (\($0.key.words))" }.joined(separator: ", ")
        let isOpen = seat.access.trustsOthers || keys.contains(where: \.isAuthority)
        let other = isOpen ? "; it also trusts certificates or a command, which were not looked at" : ""
        return Alert(
            severity: isOpen ? .notice : .warning, code: AlertCode.keyMissing.rawValue, subject: "authorized_keys",
            node: seat.name, message: "lacks the key of \(words)\(other)",
            remedies: [
                Remedy(
                    on: seat.name, .append(to: Self.authorizedKeys),
                    input: .lines(missing.map { $0.key.line(comment: "root@\($0.owner)") }))
            ])
    }

    private func restriction(_ seat: Seat, _ other: Seat, _ key: AuthorizedKey) -> Alert {
        let options = key.options.map { Escaped($0).bare }.joined(separator: ", ")
        return Alert(
            severity: .warning, code: AlertCode.keyRestricted.rawValue, subject: "authorized_keys", node: seat.name,
            message: "has the key of \(other.name) (\(key.key.words)) only with options: \(options)",
            hint: "a migration needs a login that runs libvirt's own commands, from any address of \(other.name)")
    }

    // MARK: - Host keys

    private func known(_ seat: Seat, _ others: [Seat]) -> [Alert] {
        var unknown: [(name: NodeName, lookup: String, keys: [PublicKey])] = []
        var findings: [Alert] = []
        var unasked: [NodeName] = []
        for other in others {
            guard !other.access.host.isEmpty,
                let peer = seat.access.peers.first(where: { $0.host == other.migrationHost }),
                let lookup = peer.lookup
            else {
                unasked.append(other.name)
                continue
            }
            let shown = Set(other.access.host.map(\.identity))
            if peer.revoked.contains(where: { shown.contains($0.identity) }) {
                findings.append(changed(seat, other, lookup, "has revoked the host key of \(other.name)"))
            } else if peer.hasAuthority || peer.keys.contains(where: { shown.contains($0.identity) }) {
                continue
            } else if peer.keys.isEmpty {
                unknown.append((other.name, lookup, other.access.host))
            } else {
                let words = "knows another host key for \(Escaped(lookup).bare) than \(other.name) shows"
                findings.append(changed(seat, other, lookup, words))
            }
        }
        if !unknown.isEmpty { findings.append(lack(seat, unknown)) }
        if !unasked.isEmpty { findings.append(notLookedUp(seat, unasked)) }
        return findings
    }

    private func lack(_ seat: Seat, _ unknown: [(name: NodeName, lookup: String, keys: [PublicKey])]) -> Alert {
        let words = unknown.map { name, lookup, _ in
            lookup == name.text ? name.text : "\(name) (as \(Escaped(lookup).bare))"
        }
        let lines = unknown.flatMap { _, lookup, keys in keys.map { $0.line(host: lookup) } }
        return Alert(
            severity: .warning, code: AlertCode.hostKeyUnknown.rawValue, subject: "known_hosts", node: seat.name,
            message: "does not know the host key of \(words.joined(separator: ", "))",
            remedies: [Remedy(on: seat.name, .append(to: Self.knownHosts), input: .lines(lines))])
    }

    private func changed(_ seat: Seat, _ other: Seat, _ lookup: String, _ message: String) -> Alert {
        Alert(
            severity: .error, code: AlertCode.hostKeyChanged.rawValue, subject: "known_hosts", node: seat.name,
            message: message,
            hint:
                "make sure that \(other.name) was set up anew and nobody stands in between; only then replace the key",
            remedies: [
                Remedy(on: seat.name, .run(["ssh-keygen", "-R", lookup])),
                Remedy(
                    on: seat.name, .append(to: Self.knownHosts),
                    input: .lines(other.access.host.map { $0.line(host: lookup) })),
            ])
    }

    private func notLookedUp(_ seat: Seat, _ others: [NodeName]) -> Alert {
        Alert(
            severity: .notice, code: AlertCode.notScanned.rawValue, subject: "known_hosts", node: seat.name,
            message: "whether it knows the host key of \(others.map(\.text).joined(separator: ", ")) is not known",
            hint: "neither `ssh -G` on that node nor the host key files of the others told it, or not in time")
    }
}

extension PublicKey {
    /// Enough to tell it from others: type, the end of the key, and what people call it.
    fileprivate var words: String {
        let end = "\(identity.type) …\(identity.blob.suffix(12))"
        return comment.isEmpty ? end : "\(end) \(Escaped(comment, charactersMax: 60).bare)"
    }

    /// The line of `authorized_keys`, under a name of ours: what stood beside it may be anything.
    fileprivate func line(comment: String) -> String { "\(identity.type) \(identity.blob) \(comment)" }

    /// The line of `known_hosts`.
    fileprivate func line(host: String) -> String { "\(host) \(identity.type) \(identity.blob)" }
}
