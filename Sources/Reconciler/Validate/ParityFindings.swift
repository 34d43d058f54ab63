import StateSpec

/// Whether the nodes are alike where that matters: versions, clocks, and the CPUs under what runs.
struct ParityFindings {
    /// A scan may take its time between a node's look at its clock and the arrival of its answer.
    private static let clockMax = Seconds(30)

    let context: PlanContext

    private var entries: [Roster.Entry] {
        context.roster.entries.filter { $0.node != nil && ($0.spec.map { !$0.retired } ?? false) }
    }

    var findings: [Alert] { versions(\.libvirt, "libvirt") + versions(\.hypervisor, "hypervisor") + clocks + cpus }

    // MARK: - Versions

    /// A domain may go to a newer QEMU, and often not back.
    private func versions(_ path: KeyPath<HypervisorVersions, String>, _ what: String) -> [Alert] {
        var nodes: [String: [NodeName]] = [:]
        for entry in entries {
            if let node = entry.node { nodes[node.versions[keyPath: path], default: []].append(entry.name) }
        }
        guard nodes.count > 1 else { return [] }
        let words = nodes.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }.map { version, names in
            "\(Escaped(version).bare) on \(names.map(\.text).joined(separator: ", "))"
        }
        return [
            Alert(
                severity: .warning, code: AlertCode.versionsDiffer.rawValue, subject: what,
                message: words.joined(separator: "; "),
                hint: "a domain that was started on a newer version may not migrate to an older one: update the others")
        ]
    }

    // MARK: - Clocks

    /// How far each node's clock is ahead of most: of this machine's, and of the middle one of all.
    private var clocks: [Alert] {
        let offsets = entries.compactMap { entry -> (name: NodeName, seconds: Int64)? in
            guard case .answered(let node, let moment) = entry.reading else { return nil }
            return (entry.name, (node.clock - moment).count)
        }
        guard offsets.count > 1 else { return [] }
        let middle = offsets.map(\.seconds).sorted()[(offsets.count - 1) / 2]
        return offsets.filter { abs($0.seconds - middle) > Self.clockMax.count }.map { name, seconds in
            let off = Seconds(abs(seconds - middle))
            return Alert(
                severity: .warning, code: AlertCode.clockApart.rawValue, subject: "clock", node: name,
                message: "is \(off) \(seconds > middle ? "ahead of" : "behind") those of most nodes",
                hint: "let chrony or ntpd set it: guests take their time from it when they start")
        }
    }

    // MARK: - CPUs

    /// Where what runs cannot be migrated, live, for its CPU: one finding for each node, and for why.
    private var cpus: [Alert] {
        var blocked: [NodeName: [CPUGap: [DomainName]]] = [:]
        for spec in context.request.desired.domains where spec.wish.migrate == .live {
            let demand = Admission.Demand(spec, context)
            guard !demand.cpus.isEmpty else { continue }
            for entry in entries where spec.wish.nodes?.contains(entry.name) ?? true {
                guard case .refused(let gap) = Admission.cpuFit(entry, demand) else { continue }
                blocked[entry.name, default: [:]][gap, default: []].append(spec.name)
            }
        }
        return blocked.flatMap { name, gaps in
            gaps.map { gap, domains in
                let list = domains.prefix(5).map(\.text).joined(separator: ", ")
                let more = domains.count > 5 ? " and \(domains.count - 5) more" : ""
                return Alert(
                    severity: .warning, code: AlertCode.cpuDiffers.rawValue, subject: "CPU", node: name,
                    message: "\(list)\(more) cannot migrate there: \(gap.words)",
                    hint: "give the domains a CPU model that all nodes have (`virsh hypervisor-cpu-baseline`)")
            }
        }
    }
}

extension CPUGap {
    fileprivate var words: String {
        switch self {
        case .feature(let name): "its CPU lacks the feature \(Escaped(name).bare)"
        case .vendor(let name): "its CPU is not one of \(Escaped(name).bare)"
        case .different: "it has another CPU, and they are given theirs whole"
        case .notComparable: "its CPU is not known to be the one that they are given whole"
        }
    }
}
