public import StateSpec

/// What a person asked of one domain, by name, for one run. All rules of safety hold as they do for a wish of git.
public enum ExplicitAction: Equatable, Codable, Sendable {
    /// Start it if it is off, though it is manual; on this node and no other where one is named.
    case start(on: NodeName?)
    /// Shut it down where it runs; a forced stop destroys a guest that does not obey within its `shutdown.timeout`.
    case stop(isForced: Bool)
    /// Shut it down where it runs, and start it from git's XML once it is seen off; forced as a stop is.
    case restart(isForced: Bool)
    /// Move it to this node, in the way that its `migrate` allows.
    case migrate(to: NodeName)
}

/// One domain with what was asked of it.
public struct ExplicitRequest: Codable, Sendable {
    /// The domain.
    public let domain: DomainName
    /// What was asked.
    public let action: ExplicitAction
}

extension [DomainName: ExplicitAction] {
    /// What is still asked for after a run that has carried it out: a restart was one restart.
    var afterwards: Self {
        filter { if case .restart = $0.value { false } else { true } }
    }

    /// By name, so that equal ones are written alike.
    var requests: [ExplicitRequest] {
        sorted { $0.key < $1.key }.map { ExplicitRequest(domain: $0.key, action: $0.value) }
    }

    init(_ requests: [ExplicitRequest]) {
        self.init(requests.map { ($0.domain, $0.action) }) { $1 }
    }
}

extension Case {
    /// What was asked of it for this run.
    var explicit: ExplicitAction? {
        // Nearly every run asks nothing, and a cluster has many domains.
        context.request.options.explicit.isEmpty ? nil : context.request.options.explicit[spec.name]
    }

    /// The run state that counts in this run.
    var run: RunWish {
        switch explicit {
        // A stop that git wishes came later than the question.
        case .start: wish.run == .manual ? .keepalive : wish.run
        case .stop: .stopped
        case .migrate, .restart, nil: wish.run
        }
    }
}
