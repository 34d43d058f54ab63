import StateSpec

/// Whether the same libvirt networks exist on all nodes, are active, and come up at boot.
struct NetworkFindings {
    private struct Seat {
        let name: NodeName
        let networks: [String: ObservedNetwork]
        /// Networks that git asks for there: in `cluster.yaml`, or for a domain that may run there.
        let wanted: Set<String>
    }

    private let seats: [Seat]

    init(_ context: PlanContext) {
        let desired = context.request.desired
        var anywhere = Set(desired.cluster.networks.map(\.text))
        var somewhere: [NodeName: Set<String>] = [:]
        for domain in desired.domains {
            for case .network(let name) in domain.definition.interfaces {
                guard let nodes = domain.wish.nodes else {
                    anywhere.insert(name)
                    continue
                }
                for node in nodes { somewhere[node, default: []].insert(name) }
            }
        }
        seats = context.roster.entries.compactMap { entry in
            guard let node = entry.node, entry.spec.map({ !$0.retired }) ?? false else { return nil }
            return Seat(
                name: entry.name, networks: Dictionary(node.networks.map { ($0.name, $0) }) { first, _ in first },
                wanted: anywhere.union(somewhere[entry.name] ?? []))
        }
    }

    var findings: [Alert] {
        let names = seats.reduce(into: Set<String>()) { $0.formUnion($1.wanted.union($1.networks.keys)) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.flatMap { name in
            missing(name) + idle(name) + different(name)
        }
    }

    private func missing(_ name: String) -> [Alert] {
        let have = seats.filter { $0.networks[name] != nil }
        let isCommon = have.count * 2 >= seats.count
        let lack = seats.filter { $0.networks[name] == nil && (isCommon || $0.wanted.contains(name)) }
        guard let model = have.first(where: { $0.networks[name]?.isActive == true }) ?? have.first else {
            return lack.map { seat in
                alert(
                    .networkMissing, name, on: seat.name, "does not exist on any node, and git asks for it",
                    hint: "define it with `virsh net-define`, start it, and let it come up at boot, on every node")
            }
        }
        // One that is on few nodes and that nobody asks for is the odd one, and not those without it.
        guard isCommon || seats.contains(where: { $0.wanted.contains(name) }) else {
            return [
                Alert(
                    severity: .notice, code: AlertCode.networkMissing.rawValue,
                    subject: "network \(Escaped(name).bare)",
                    message: "exists only on \(Self.list(have))", hint: "define it on all nodes, or undefine it there")
            ]
        }
        return lack.map { seat in
            alert(
                .networkMissing, name, on: seat.name, "does not exist there, but on \(Self.list(have))",
                remedies: [
                    // The uuid and the hardware address are the other node's own.
                    Remedy(
                        on: seat.name, .run(["virsh", "-c", "qemu:///system", "net-define", "/dev/stdin"]),
                        input: .output(
                            of: model.name, ["virsh", "-c", "qemu:///system", "net-dumpxml", "--inactive", name],
                            through: ["sed", "/<uuid>/d; /<mac /d"])),
                    .virsh("net-start", name, on: seat.name),
                    .virsh("net-autostart", name, on: seat.name),
                ])
        }
    }

    private func idle(_ name: String) -> [Alert] {
        seats.flatMap { seat -> [Alert] in
            guard let network = seat.networks[name] else { return [] }
            var alerts: [Alert] = []
            if !network.isActive, isUsed(name) {
                alerts.append(
                    alert(
                        .networkInactive, name, on: seat.name, "is not active there",
                        remedies: [.virsh("net-start", name, on: seat.name)]))
            }
            if !network.isAutostarted, isUsed(name) {
                alerts.append(
                    alert(
                        .networkAutostart, name, on: seat.name, "does not come up when that node boots",
                        remedies: [.virsh("net-autostart", name, on: seat.name)]))
            }
            return alerts
        }
    }

    /// Wanted, or in use somewhere: one that is down on all nodes and asked for by nobody is as good as none.
    private func isUsed(_ name: String) -> Bool {
        seats.contains { $0.wanted.contains(name) || $0.networks[name]?.isActive == true }
    }

    private func different(_ name: String) -> [Alert] {
        var shapes: [(shape: NetworkShape, names: [NodeName])] = []
        for seat in seats {
            guard let shape = seat.networks[name]?.shape else { continue }
            if let index = shapes.firstIndex(where: { $0.shape == shape }) {
                shapes[index].names.append(seat.name)
            } else {
                shapes.append((shape, [seat.name]))
            }
        }
        guard shapes.count > 1 else { return [] }
        let words = shapes.map { "\($0.shape.words) on \($0.names.map(\.text).joined(separator: ", "))" }
        return [
            Alert(
                severity: .warning, code: AlertCode.networkDiffers.rawValue, subject: "network \(Escaped(name).bare)",
                message: "is not the same everywhere: \(words.joined(separator: "; "))",
                hint: "choose one with `virsh net-dumpxml`, and define it on the other nodes")
        ]
    }

    private func alert(
        _ code: AlertCode, _ name: String, on node: NodeName, _ message: String, hint: String? = nil,
        remedies: [Remedy] = []
    ) -> Alert {
        // Of a name that holds what no line should, nobody pastes a command.
        let isPlain = (try? NetworkName(name)) != nil
        return Alert(
            severity: .warning, code: code.rawValue, subject: "network \(Escaped(name).bare)", node: node,
            message: message, hint: isPlain ? hint : hint ?? "its name is odd: look at `virsh net-list --all`",
            remedies: isPlain ? remedies : [])
    }

    private static func list(_ seats: [Seat]) -> String {
        seats.count > 3 ? "\(seats.count) nodes" : seats.map(\.name.text).joined(separator: ", ")
    }
}

extension NetworkShape {
    /// "bridge by br0"
    fileprivate var words: String {
        Escaped(forward, charactersMax: 40).bare + (bridge.map { " by \(Escaped($0, charactersMax: 40).bare)" } ?? "")
    }
}
