import FoundationEssentials
import Testing

@testable import StateSpec

/// One of `Data/Hostile`: XML that libvirt accepts, with one trick each.
struct HostileDocument: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    static let root =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        + "/Data/Hostile/"

    /// Found by listing, so that none can be forgotten.
    static let all: [HostileDocument] = {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".xml") }.sorted()
                .map { HostileDocument(name: String($0.dropLast(4))) }
        } catch {
            preconditionFailure("\(root) cannot be listed: \(error)")
        }
    }()

    /// A policy as a site may have it; it allows all that these documents have but their trick.
    static var policy: XMLPolicy {
        var policy = XMLPolicy()
        policy.emulators = ["/usr/bin/qemu-system-x86_64"]
        policy.disks.roots = ["/var/lib/libvirt/images"]
        policy.disks.devices = ["/dev/vg0"]
        policy.disks.targets = ["iqn.2026-01.lan:web"]
        policy.networks = ["default"]
        policy.boot = ["/boot"]
        policy.leases = ["/srv/leases"]
        return policy
    }

    func bytes() throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: "\(Self.root)\(name).xml"))) }

    /// `file:line:column: code: message (hint)`, a line each.
    func findings() throws -> String {
        try Self.policy.breaches(of: bytes()).map { "\($0.finding(in: "domains/\(name).xml"))\n" }.joined()
    }

    func golden() throws -> String {
        try String(decoding: Data(contentsOf: URL(filePath: "\(Self.root)\(name).golden")), as: UTF8.self)
    }

    func bless(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: "\(Self.root)\(name).golden")) }
}
