public import StateSpec

/// What git is to get of what portals offer and of what sessions show: targets that it does not name, and the identities
/// of LUNs that it does not pin.
public struct TargetAdoption: Equatable, Sendable {
    /// What one file of `iscsi/` is to get.
    public struct Change: Equatable, Sendable {
        /// The file's name.
        public let file: PortalName
        /// Targets with the LUNs to be pinned, by name.
        public let additions: [ISCSITarget]
        /// How many of them the file does not have yet.
        public let newTargets: Int

        /// "2 targets, 3 LUNs pinned"
        public var words: String {
            let pins = additions.map(\.luns.count).reduce(0, +)
            return [
                newTargets == 0 ? nil : "\(newTargets) target\(newTargets == 1 ? "" : "s")",
                pins == 0 ? nil : "\(pins) LUN\(pins == 1 ? "" : "s") pinned",
            ].compactMap { $0 }.joined(separator: ", ")
        }
    }

    /// What is left out, and why.
    public struct LeftOut: Equatable, Sendable {
        /// The target.
        public let target: ISCSITargetName
        /// The LUN's number.
        public let lun: Int
        /// Why, escaped.
        public let why: String
    }

    /// By file.
    public let changes: [Change]
    /// By target and LUN.
    public let leftOut: [LeftOut]

    /// - Parameter observed: what was seen last.
    public init(_ desired: DesiredState, _ offers: TargetOffers, _ observed: ObservedCluster) {
        let nodes = observed.nodes.sorted { $0.key < $1.key }.compactMap { name, reading in
            (reading.node?.iscsi?.value).map { (name: name, seen: $0) }
        }
        let survey = PinSurvey(nodes)
        let new = Dictionary(offers.new.map { ($0.target, $0.file) }) { first, _ in first }
        var leftOut: [LeftOut] = []
        changes = desired.iscsi.compactMap { spec in
            var additions: [ISCSITarget] = []
            for target in spec.targets {
                let pins = Self.pins(for: target, survey, &leftOut)
                if !pins.isEmpty { additions.append(ISCSITarget(target.name, luns: pins)) }
            }
            let targets = new.filter { $0.value == spec.name }.keys
            additions += targets.map { Self.target($0, survey, &leftOut) }
            guard !additions.isEmpty else { return nil }
            return Change(
                file: spec.name, additions: additions.sorted { $0.name < $1.name }, newTargets: targets.count)
        }
        self.leftOut = leftOut.sorted { ($0.target, $0.lun) < ($1.target, $1.lun) }
    }

    private static func target(
        _ name: ISCSITargetName, _ survey: PinSurvey, _ leftOut: inout [LeftOut]
    ) -> ISCSITarget {
        ISCSITarget(name, luns: pins(for: ISCSITarget(name), survey, &leftOut))
    }

    /// The pins that git lacks of a target.
    private static func pins(
        for target: ISCSITarget, _ survey: PinSurvey, _ leftOut: inout [LeftOut]
    ) -> [ISCSILUN] {
        let pinned = Dictionary(
            target.luns.compactMap { lun in lun.wwid.map { (lun.lun, WWID($0)) } }
        ) { first, _ in first }
        leftOut += survey.doubts.filter { $0.target == target.name }.map {
            LeftOut(target: $0.target, lun: $0.lun, why: $0.why)
        }
        return (survey.pins[target.name] ?? []).filter { seen in
            let wwid = WWID(seen.wwid ?? "")
            func leave(_ why: String) -> Bool {
                leftOut.append(LeftOut(target: target.name, lun: seen.lun, why: why))
                return false
            }
            if let pin = pinned[seen.lun] {
                return pin == wwid ? false : leave("git pins it to \(Escaped(pin.text).bare), and it is \(wwid.text)")
            }
            if let twin = pinned.first(where: { $0.value == wwid }) {
                return leave("git pins LUN \(twin.key) to its WWID \(wwid.text)")
            }
            return true
        }
    }
}
