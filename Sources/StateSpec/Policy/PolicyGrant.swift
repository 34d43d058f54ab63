/// One entry of a policy.
public enum PolicyGrant: Hashable, Sendable {
    /// Of `domainTypes`.
    case domainType(String)
    /// Of `emulators`.
    case emulator(String)
    /// Of `firmware`.
    case firmware(String)
    /// Of `boot`.
    case boot(String)
    /// Of `leases`.
    case lease(String)
    /// Of `disks.roots`.
    case root(String)
    /// Of `disks.devices`.
    case device(String)
    /// Of `disks.pools`.
    case pool(String)
    /// Of `disks.targets`.
    case target(String)
    /// Of `disks.protocols`.
    case `protocol`(String)
    /// Of `disks.formats`.
    case format(String)
    /// Of `networks`.
    case network(String)
    /// Of `listen`.
    case listen(String)
    /// Of `allow`.
    case exception(PolicyException)

    /// `disks: {roots: [/srv/images]}`, escaped.
    var line: String {
        switch self {
        case .domainType(let word): "domainTypes: [\(Escaped(word).bare)]"
        case .emulator(let path): "emulators: [\(Escaped(path).bare)]"
        case .firmware(let path): "firmware: [\(Escaped(path).bare)]"
        case .boot(let path): "boot: [\(Escaped(path).bare)]"
        case .lease(let path): "leases: [\(Escaped(path).bare)]"
        case .root(let path): "disks: {roots: [\(Escaped(path).bare)]}"
        case .device(let path): "disks: {devices: [\(Escaped(path).bare)]}"
        case .pool(let name): "disks: {pools: [\(Escaped(name).bare)]}"
        case .target(let name): "disks: {targets: [\(Escaped(name).bare)]}"
        case .protocol(let word): "disks: {protocols: [\(Escaped(word).bare)]}"
        case .format(let word): "disks: {formats: [\(Escaped(word).bare)]}"
        case .network(let name): "networks: [\(Escaped(name).bare)]"
        case .listen(let address): "listen: [\(Escaped(address).bare)]"
        case .exception(let word): "allow: [\(word.rawValue)]"
        }
    }
}

extension XMLPolicy {
    /// Adds one entry.
    mutating func grant(_ grant: PolicyGrant) {
        switch grant {
        case .domainType(let word): domainTypes.insert(word)
        case .emulator(let path): emulators.insert(path)
        case .firmware(let path): firmware.insert(path)
        case .boot(let path): boot.insert(path)
        case .lease(let path): leases.insert(path)
        case .root(let path): disks.roots.insert(path)
        case .device(let path): disks.devices.insert(path)
        case .pool(let name): disks.pools.insert(name)
        case .target(let name): disks.targets.insert(name)
        case .protocol(let word): disks.protocols.insert(word)
        case .format(let word): disks.formats.insert(word)
        case .network(let name): networks.insert(name)
        case .listen(let address): listen.insert(address)
        case .exception(let word): allow.insert(word)
        }
    }

    /// What these documents ask for, and nothing else; and what of them no policy can allow.
    public static func needed(by documents: [[UInt8]]) -> (policy: XMLPolicy, never: [PolicyBreach]) {
        nothing.extended(by: documents)
    }

    /// This policy with what these documents ask for besides; and what of them no policy can allow.
    public func extended(by documents: [[UInt8]]) -> (policy: XMLPolicy, never: [PolicyBreach]) {
        var policy = self
        var never: [PolicyBreach] = []
        for document in documents {
            var breaches = policy.breaches(of: document)
            // What is allowed may let more be seen.
            while true {
                let before = policy
                for case let grant? in breaches.map(\.grant) { policy.grant(grant) }
                if policy == before { break }
                breaches = policy.breaches(of: document)
            }
            never += breaches
        }
        return (policy, never)
    }
}
