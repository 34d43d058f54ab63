import StateSpec

/// All nodes that might hold a domain, and which of them gave an answer that counts (rule S1).
struct Roster {
    /// One node, by its index in name order.
    struct Entry {
        let name: NodeName
        /// Its place in name order.
        let index: Int
        /// Nil for a node that this commit does not name any more.
        let spec: NodeSpec?
        /// The reading, after the rules of identity.
        let reading: Reading
        /// When any havirt last heard from it.
        let lastAnswer: Timestamp?
        /// Whether its silence matters: false if it is retired and empty, or fenced in the boot last seen.
        let mustAnswer: Bool
        /// Whether a domain runs here of which nobody knows how much it takes.
        let hasOpaqueDomain: Bool
        /// Its CPU, as an index into `hosts`.
        let host: Int

        var node: ObservedNode? { reading.node }
        /// Whether it is one of those among which domains are spread.
        var takesDomains: Bool {
            guard let spec, node != nil else { return false }
            return spec.maintenance == nil && !spec.retired && !isFencedBoot && !hasOpaqueDomain
        }
        /// Whether its block devices are known by name. Of a node that shows no such name at all, nobody knows whether it
        /// was asked for them.
        var listsDevices: Bool { node?.storage?.links.isEmpty == false }
        /// Whether it answers in the very boot that an operator declared cut off. Another boot is not meant.
        var isFencedBoot: Bool { node.map { $0.bootID == spec?.fenced?.bootID } ?? false }
    }

    let entries: [Entry]
    /// The different CPUs of all nodes, so that each is compared once for a domain and not once for a node.
    let hosts: [CPUNeed.Host]
    /// Nodes whose silence matters. Worked out once, because every domain that is off asks for it.
    let silent: [Entry]
    private(set) var alerts: [Alert] = []
    private let indexByName: [NodeName: Int]

    init(_ request: PlanRequest) {
        let members = request.observed.members
        let specs = Dictionary(request.desired.nodes.map { ($0.name, $0) }) { first, _ in first }
        var names = Set(specs.keys)
        if Guard.membersMustAnswer.isOn { names.formUnion(members.values.filter { !$0.isRetired }.map(\.name)) }
        if Guard.previousNodesMustAnswer.isOn {
            names.formUnion(request.previous?.nodes.filter { !$0.retired }.map(\.name) ?? [])
        }
        // Whoever answered is heard: a domain that runs on a node that nobody names runs all the same.
        names.formUnion(request.observed.nodes.filter { $0.value.node != nil }.keys)
        let sorted = names.sorted()
        let readings = Self.identified(sorted, request.observed, members)
        var alerts: [Alert] = []
        // Somebody may have started a domain on a retired node after it was seen empty.
        let inhabited = Set(
            request.observed.recalled.sightings.filter { sighting in
                members[sighting.node].map { sighting.at >= $0.lastAnswer } ?? true
            }.map(\.node))
        var hosts: [CPUNeed.Host] = []
        var known: [CPUNeed.Host: Int] = [:]
        entries = sorted.enumerated().map { position, name in
            let reading = readings[name] ?? .silent(Silence(.notAsked, ""))
            let host = CPUNeed.Host(model: reading.node?.cpuModel, cpu: reading.node?.cpu)
            let index = known[host] ?? hosts.count
            if index == hosts.count {
                hosts.append(host)
                known[host] = index
            }
            return Self.entry(
                name, at: position, specs[name], reading, members[name], isInhabited: inhabited.contains(name),
                host: index, &alerts)
        }
        self.hosts = hosts
        silent = entries.filter { $0.mustAnswer && $0.node == nil }
        self.alerts = alerts
        indexByName = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
    }

    /// Whether a domain may be on its way to a node that shows nothing of it yet: a migration is under way, may still be
    /// in a queue, or may be hidden by a silent node.
    var mayReceive: Bool {
        !silent.isEmpty
            || entries.contains { entry in
                guard let node = entry.node else { return false }
                return node.inFlight.contains(where: \.mayArriveElsewhere)
                    || node.domains.contains { $0.activity == .transition }
            }
    }

    func index(of name: NodeName) -> Int? { indexByName[name] }

    /// A host that answers under a name it is not recorded for, or under two names, is no answer.
    static func identified(
        _ names: [NodeName], _ observed: ObservedCluster, _ members: [NodeName: Member]
    ) -> [NodeName: Reading] {
        guard Guard.hostIsRecorded.isOn else { return observed.nodes }
        var namesByHost: [DomainUUID: [NodeName]] = [:]
        for name in names {
            if let host = observed.nodes[name]?.node?.hostUUID { namesByHost[host, default: []].append(name) }
        }
        var readings = observed.nodes
        for (name, reading) in observed.nodes {
            guard case .answered(let node, _) = reading else { continue }
            if let recorded = members[name]?.hostUUID, recorded != node.hostUUID {
                let detail = "recorded host \(recorded), answered host \(node.hostUUID)"
                readings[name] = .silent(Silence(.wrongHost, detail))
            } else if let others = namesByHost[node.hostUUID], others.count > 1 {
                let list = others.map(\.text).joined(separator: " and ")
                readings[name] = .silent(Silence(.wrongHost, "host \(node.hostUUID) answers as \(list)"))
            }
        }
        return readings
    }

    private static func entry(
        _ name: NodeName, at index: Int, _ spec: NodeSpec?, _ reading: Reading, _ member: Member?,
        isInhabited: Bool, host: Int, _ alerts: inout [Alert]
    ) -> Entry {
        var mustAnswer = true
        if let fenced = spec?.fenced {
            if let objection = objection(to: fenced, name, reading, member) {
                alerts.append(
                    Alert(severity: .error, code: "fencing-void", subject: name.text, message: objection))
            } else {
                mustAnswer = false
            }
        }
        if spec?.retired == true {
            let isEmpty = reading.node.map { node in
                node.processes.isEmpty && node.inFlight.isEmpty && !node.domains.contains { $0.activity.holdsDisks }
            }
            let wasSeenEmpty = isEmpty ?? (member.map { $0.isRetired && !isInhabited && !isBack(reading) } ?? false)
            if wasSeenEmpty || !Guard.retiredWasSeenEmpty.isOn { mustAnswer = false }
        }
        if case .silent(let silence) = reading {
            let asked = mustAnswer ? Severity.error : .notice
            alerts.append(
                Alert(severity: asked, code: "silent", subject: name.text, message: silenceText(silence, member)))
        }
        if spec == nil {
            alerts.append(
                Alert(
                    severity: .warning, code: "node-without-file", subject: name.text,
                    message: "is not in git, and must answer as long as it is a member; restore its file and set"
                        + " `retired: true`"))
        }
        return Entry(
            name: name, index: index, spec: spec, reading: reading, lastAnswer: member?.lastAnswer,
            mustAnswer: mustAnswer,
            hasOpaqueDomain: reading.node?.domains.contains(where: \.isOpaque) ?? false, host: host)
    }

    /// Whether a node lets havirt in again without being locked: what runs there may change under us.
    private static func isBack(_ reading: Reading) -> Bool {
        if case .silent(let silence) = reading { silence.cause == .notLocked } else { false }
    }

    /// Why an operator's word on a boot does not count; nil if it does. Any sign of life voids it: what answers, however
    /// badly, is not off.
    private static func objection(
        to fenced: Fencing, _ name: NodeName, _ reading: Reading, _ member: Member?
    ) -> String? {
        let remedy = "; `havirt node fenced \(name) --lift` takes the word back"
        let endsIt = Guard.fencingEndsWithAnAnswer.isOn
        switch reading {
        case .answered where endsIt: return "is declared fenced but has answered since" + remedy
        case .silent(let silence) where silence.isSignOfLife && Guard.signOfLifeEndsFencing.isOn:
            return "is declared fenced but shows a sign of life, \(silence)" + remedy
        case .answered, .silent: break
        }
        guard let member, member.bootID == fenced.bootID || !Guard.fencingCoversOneBoot.isOn else {
            return "is declared fenced in boot \(fenced.bootID), which is not the boot last seen"
                + (member.map { " (\($0.bootID))" } ?? "") + remedy
        }
        // Without it nobody can tell an answer before the word from one after it, which voids the word.
        guard let since = fenced.since else {
            guard Guard.fencingIsDated.isOn else { return nil }
            return "is declared fenced, but not since when; write `since`, or let `havirt node fenced` write it"
        }
        return member.lastHeard >= since && endsIt ? "is declared fenced but has answered since" + remedy : nil
    }

    private static func silenceText(_ silence: Silence, _ member: Member?) -> String {
        "silent, \(silence)" + (member.map { "; last answer \($0.lastAnswer)" } ?? "; never answered")
    }
}
