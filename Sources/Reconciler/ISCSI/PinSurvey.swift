import StateSpec

/// The identity that each LUN has on all nodes that see it, where they agree.
struct PinSurvey {
    /// A LUN without one identity.
    struct Doubt {
        let target: ISCSITargetName
        let lun: Int
        /// Why, escaped.
        let why: String
    }

    /// LUNs with one identity, by target, in order.
    private(set) var pins: [ISCSITargetName: [ISCSILUN]] = [:]
    /// LUNs without, by target, in order.
    private(set) var doubts: [Doubt] = []

    /// - Parameter nodes: what the nodes show, with their names.
    init(_ nodes: [(name: NodeName, seen: ObservedISCSI)]) {
        var sights: [ISCSITargetName: [Int: [(node: NodeName, wwid: WWID?)]]] = [:]
        for (name, seen) in nodes {
            for session in seen.sessions {
                // A LUN without any byte shows whatever identity its target gives to what it does not have.
                for device in session.devices where device.bytes > 0 {
                    sights[session.target.normal, default: [:]][device.lun, default: []].append((name, device.wwid))
                }
            }
        }
        for (target, luns) in sights.sorted(by: { $0.key < $1.key }) {
            for (lun, seen) in luns.sorted(by: { $0.key < $1.key }) {
                do throws(Objection) {
                    let wwid = try Self.identity(seen)
                    if let twin = pins[target]?.first(where: { $0.wwid == wwid.text }) {
                        throw Objection(why: "it has the WWID of LUN \(twin.lun)")
                    }
                    pins[target, default: []].append(ISCSILUN(lun: lun, wwid: wwid.text))
                } catch {
                    doubts.append(Doubt(target: target, lun: lun, why: error.why))
                }
            }
        }
    }

    private struct Objection: Error {
        let why: String
    }

    private static func identity(_ seen: [(node: NodeName, wwid: WWID?)]) throws(Objection) -> WWID {
        if let bare = seen.first(where: { $0.wwid == nil }) {
            throw Objection(why: "it shows no WWID on \(bare.node)")
        }
        let wwids = seen.compactMap { sight in sight.wwid.map { (sight.node, $0) } }
        guard let (node, wwid) = wwids.first else { throw Objection(why: "no node shows it") }
        if let (other, another) = wwids.first(where: { $0.1 != wwid }) {
            throw Objection(
                why: "it is \(Escaped(wwid.text).bare) on \(node), and \(Escaped(another.text).bare) on \(other)")
        }
        guard ISCSILUN.takes(wwid: wwid.text) else {
            throw Objection(why: "its WWID \(Escaped(wwid.text)) is none that git takes")
        }
        return wwid
    }
}
