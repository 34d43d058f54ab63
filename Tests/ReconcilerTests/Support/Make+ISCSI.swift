import StateSpec
import Testing

@testable import Reconciler

/// Targets, sessions and disks for tests, with what does not matter filled in.
extension Make {
    static func target(_ name: String) -> ISCSITargetName {
        guard let target = ISCSITargetName("iqn.2026-01.lab.store:\(name)") else {
            preconditionFailure("\(name) makes no name of a target")
        }
        return target
    }

    static func portal(_ number: Int = 1) -> ISCSIPortal {
        guard let portal = ISCSIPortal(host: "10.78.0.\(number)", port: 3260) else {
            preconditionFailure("\(number) makes no portal")
        }
        return portal
    }

    /// A file of `iscsi/` with these targets, whose LUNs are not pinned.
    static func iscsi(
        _ targets: [String], name: PortalName = "san", portals: [Int] = [1],
        _ change: (inout ISCSISpec) -> Void = { _ in }
    ) -> ISCSISpec {
        var spec = ISCSISpec(
            name: name, portals: portals.map { portal($0) }, targets: targets.map { ISCSITarget(target($0)) })
        change(&spec)
        return spec
    }

    static func wwid(_ number: Int) -> WWID { WWID("naa.6001405000000000000000000000000\(number)") }

    /// A disk of a gibibyte, with the LUN's number as its identity.
    static func device(
        _ lun: Int, name: String = "sda", wwid number: Int? = nil, bytes: Int64 = 1 << 30, users: [DeviceUser] = []
    ) -> ISCSIDevice {
        ISCSIDevice(
            name: name, lun: lun, wwid: wwid(number ?? lun), bytes: bytes, state: "running", users: users)
    }

    static func session(
        _ name: String, number: Int = 1, portal: Int = 1, _ state: ISCSISession.State = .loggedIn,
        _ devices: [ISCSIDevice] = []
    ) -> ISCSISession {
        ISCSISession(
            number: number, target: target(name), portal: self.portal(portal), state: state, devices: devices)
    }

    static func record(_ name: String, portal: Int = 1, startup: String = "manual") -> ISCSINodeRecord {
        ISCSINodeRecord(target: target(name), portal: self.portal(portal), startup: startup)
    }

    static func sessions(_ sessions: [ISCSISession], records: [ISCSINodeRecord] = []) -> Seen<ObservedISCSI> {
        .known(ObservedISCSI(initiator: "iqn.1993-08.org.debian:01:test", sessions: sessions, records: records))
    }

    /// A keepalive domain with a disk of this name.
    static func domain(_ number: Int, _ name: DomainName, disk: String) -> DomainSpec {
        let spec = domain(number, name)
        return DomainSpec(
            name: name, uuid: spec.uuid, definition: definition(disk: disk), xml: spec.xml, xmlBlob: spec.xmlBlob,
            wish: spec.wish)
    }

    /// The name below /dev/disk/by-path.
    static func byPath(_ name: String, lun: Int = 1, portal: Int = 1) -> String {
        "/dev/disk/by-path/ip-\(self.portal(portal).inPath)-iscsi-\(target(name))-lun-\(lun)"
    }
}
