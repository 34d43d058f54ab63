import Testing

@testable import StateSpec

/// What libvirt has, the policy that is made for it allows: that, and no more.
@Suite struct PolicyCorpusTests {
    private static let names: [String] = {
        do { return try DocumentCorpus.names("git") } catch { preconditionFailure("no documents: \(error)") }
    }()

    @Test(arguments: names)
    func itsOwnPolicyAllowsIt(_ name: String) throws {
        let xml = try DocumentCorpus.bytes("git/\(name)")
        let (policy, never) = XMLPolicy.needed(by: [xml])
        #expect(never.map { "\($0.mark.line): \($0.message)" } == [])
        #expect(policy.breaches(of: xml).isEmpty)
    }

    /// Without any one of its entries something is refused.
    @Test(arguments: names)
    func itsOwnPolicyAllowsNoMore(_ name: String) throws {
        let xml = try DocumentCorpus.bytes("git/\(name)")
        let policy = XMLPolicy.needed(by: [xml]).policy
        for grant in policy.grants {
            let others = policy.grants.filter { $0 != grant }
            var less = XMLPolicy.nothing
            for other in others { less.grant(other) }
            #expect(!less.breaches(of: xml).isEmpty, "\(grant) is not needed")
        }
    }

    @Test func allOfThemTogether() throws {
        let all = try Self.names.map { try DocumentCorpus.bytes("git/\($0)") }
        let (policy, never) = XMLPolicy.needed(by: all)
        #expect(never == [] && all.allSatisfy { policy.breaches(of: $0).isEmpty })
        // Every exception is there for something that libvirt has.
        let seen = policy.allow
        let hostile = try HostileDocument.all.map { try $0.bytes() }
        let unused = Set(PolicyException.allCases).subtracting(seen.union(XMLPolicy.needed(by: hostile).policy.allow))
        #expect(unused.map(\.rawValue).sorted() == Self.unseen)
    }

    /// For what the node that made the documents does not have, or newer versions do.
    private static let unseen = [
        "chardev-dbus", "chardev-nmdm", "chardev-stdio", "identity", "interface-backend", "interface-vdpa",
        "vhost-user",
    ]
}

extension XMLPolicy {
    /// All entries of a policy that begins with nothing.
    fileprivate var grants: [PolicyGrant] {
        domainTypes.map(PolicyGrant.domainType) + emulators.map(PolicyGrant.emulator)
            + firmware.map(PolicyGrant.firmware) + boot.map(PolicyGrant.boot) + leases.map(PolicyGrant.lease)
            + disks.roots.map(PolicyGrant.root) + disks.devices.map(PolicyGrant.device)
            + disks.pools.map(PolicyGrant.pool) + disks.targets.map(PolicyGrant.target)
            + disks.protocols.map(PolicyGrant.protocol) + disks.formats.map(PolicyGrant.format)
            + networks.map(PolicyGrant.network) + listen.map(PolicyGrant.listen) + allow.map(PolicyGrant.exception)
    }
}
