import StateSpec
import Testing

@testable import Reconciler

extension FakeCluster {
    /// What must hold after every run: nothing wrong at any instant, and each command after its intent.
    func expectSafe(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(violations.isEmpty, sourceLocation: sourceLocation)
        var intents = 0
        for moment in log {
            switch moment {
            case .journal(.intent, _): intents += 1
            case .command(let command, let node):
                intents -= 1
                #expect(intents >= 0, "\(command) on \(node) came before its intent", sourceLocation: sourceLocation)
            default: continue
            }
        }
    }

    /// Commands in words: "create 1 on alpha".
    var words: [String] {
        commands.map { command, node in
            let verb =
                switch command {
                case .create: "create"
                case .shutdown: "shutdown"
                case .destroy: "destroy"
                case .migrate(_, let target, _, _): "migrate to \(target.name)"
                case .abortJob: "abort"
                case .iscsi: "iscsi"
                }
            return "\(verb) \(name(command.uuid)) on \(node)"
        }
    }

    func name(_ uuid: DomainUUID) -> String {
        with { $0.loaded.desired.domains.first { $0.uuid == uuid }?.name.text } ?? "?"
    }
}

extension Round.Applied {
    /// Outcomes in words: "web: done".
    var words: [String] { outcomes.map { "\($0.step.subject): \($0.text)" } }
}

extension Outcome {
    var isRefused: Bool { if case .refused = result { true } else { false } }
    var isFailed: Bool { if case .failed = result { true } else { false } }
    var isSkipped: Bool { if case .skipped = result { true } else { false } }
}

/// Three nodes, and the domains that a test needs.
enum Rack {
    static let names: [NodeName] = ["alpha", "beta", "gamma"]

    static func desired(
        _ domains: [DomainSpec], drain: NodeName? = nil, _ change: (inout ClusterSpec) -> Void = { _ in }
    ) -> DesiredState {
        let nodes = names.map { name in
            Make.node(name) { if name == drain { $0.maintenance = Pause() } }
        }
        return Make.desired(nodes, domains, cluster: Make.cluster(change))
    }
}
