import Reconciler
import StateSpec

/// What would happen, and what would become of each domain. Times are whole seconds since the observation.
struct Story: Encodable {
    /// Something that happened.
    struct Line: Encodable {
        /// What kind of line.
        enum Kind: String, Encodable {
            /// From outside, as was asked for.
            case event
            /// A step of havirt begins.
            case step
            /// A step has ended.
            case outcome
            /// What havirt does not do, and why.
            case note
            /// A domain runs on two nodes.
            case double
        }

        let seconds: Int64
        let kind: Kind
        let text: String
    }

    /// A time in which a domain that had run did not.
    struct Outage: Encodable {
        let from: Int64
        /// Nil when it lasted to the end.
        let to: Int64?
    }

    /// What became of a domain.
    struct Fate: Encodable {
        let name: String
        let uuid: DomainUUID
        /// Whether git names it.
        let isManaged: Bool
        let before: [String]
        let after: [String]
        /// Whether it is wished to run, or ran and is not wished to stop.
        let shouldRun: Bool
        /// Whether it runs on one node.
        let runs: Bool
        let outages: [Outage]
        /// Why havirt leaves it so; nil for what is as it should be.
        let reason: String?
        /// The reason's stable code.
        let code: String?
    }

    let observedAt: Timestamp
    let commit: ObjectID?
    let assumptions: [String]
    var lines: [Line] = []
    var fates: [Fate] = []
    /// When it ended.
    var seconds: Int64 = 0
    var rounds = 0
    /// Whether nothing more would have happened.
    var isAtRest = false
    /// Why rounds end before they plan, or refuse their plan; nil if they do not.
    var refusal: String?
    /// Silent nodes that keep domains from being started, and whether they show signs of life.
    var silent: [SilentNode] = []
    /// Which loss, after all that, would leave domains without a place.
    var nextLoss: [Alert] = []
    var verdict = ""
    var survived = false

    /// A silent node.
    struct SilentNode: Encodable {
        let node: NodeName
        let isSignOfLife: Bool
    }

    init(observedAt: Timestamp, commit: ObjectID?, assumptions: [String]) {
        self.observedAt = observedAt
        self.commit = commit
        self.assumptions = assumptions
    }

    /// Sums up in one line.
    mutating func judge(doubles: [String]) {
        let wanted = fates.filter(\.shouldRun)
        let down = wanted.filter { !$0.runs }.map(\.name)
        survived = doubles.isEmpty && down.isEmpty
        if !doubles.isEmpty {
            verdict = "DOUBLE: \(doubles.joined(separator: "; ")). That destroys disks."
        } else if down.isEmpty {
            verdict =
                switch wanted.count {
                case 0: "No domain should run."
                case 1: "The one domain that should run does."
                default: "All \(wanted.count) domains that should run do."
                }
        } else {
            let names = down.prefix(20).joined(separator: ", ") + (down.count > 20 ? ", …" : "")
            let verb = down.count == 1 ? "does" : "do"
            verdict = "\(down.count) of \(wanted.count) domains that should run \(verb) not: \(names)."
        }
        if !isAtRest { verdict += " It had not come to rest after \(rounds) rounds." }
    }
}
