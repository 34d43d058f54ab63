import StateSpec

/// Why a node cannot take a domain; a closed list, so that refusals can be added up.
enum Refusal: Hashable, Comparable {
    case silent
    case fenced
    case maintenance
    case retired
    case notInGit
    case notAllowed(RuleOrigin)
    case label(String, RuleOrigin)
    case otherStorage
    case opaque
    case network(String)
    case noInitiator
    case sessionsUnknown(String)
    case sessionInFlight(String)
    case device(String)
    case otherDisk(String, String)
    case cpu(CPUGap)
    case memory(short: MemorySize)
    case vcpus(short: Int)
    case apart(from: String, RuleOrigin)
    case together(with: String, RuleOrigin)
    case backingOff(count: Int, until: Timestamp, cause: String)

    /// Whether a rule of git is to blame, and not what the node is or has.
    var isRule: Bool {
        switch self {
        case .notAllowed, .label, .apart, .together: true
        default: false
        }
    }
}

/// The line of git that brought a rule; nil where that is not known.
struct RuleOrigin: Hashable, Comparable {
    let place: Place?

    init(_ place: Place?) { self.place = place }

    static func < (left: Self, right: Self) -> Bool {
        switch (left.place, right.place) {
        case (let left?, let right?): left < right
        case (nil, _?): true
        case (_, nil): false
        }
    }
}

extension Refusal {
    /// What one or several nodes lack, in words.
    func words(count: Int) -> RuleText {
        let lack = count == 1 ? "lacks" : "lack"
        return switch self {
        case .silent: "\(count) silent"
        case .fenced: "\(count) declared fenced"
        case .maintenance: "\(count) in maintenance"
        case .retired: "\(count) retired"
        case .notInGit: "\(count) not in git"
        case .notAllowed(let rule): "\(count) not allowed\(rule)"
        case .label(let label, let rule): "\(count) \(lack) the label \(Escaped(label).bare)\(rule)"
        case .otherStorage: "\(count) without its local disk"
        case .opaque: "\(count) with a domain of unknown size"
        case .network(let name): "\(count) \(lack) the network \(Escaped(name).bare)"
        case .device(let path): "\(count) \(lack) \(Escaped(path, charactersMax: 200).bare)"
        case .noInitiator: "\(count) without iscsiadm, to log in to its target"
        case .sessionsUnknown(let why): "\(count) of unknown iSCSI sessions (\(Escaped(why, charactersMax: 200).bare))"
        case .sessionInFlight(let target): "\(count) where a command for \(target) may still take effect"
        case .otherDisk(let path, let what):
            "\(count) with another disk behind \(Escaped(path, charactersMax: 200).bare) (\(what))"
        case .cpu(.feature(let name)): "\(count) \(lack) CPU feature \(Escaped(name).bare)"
        case .cpu(.vendor(let name)): "\(count) without a CPU of \(Escaped(name).bare)"
        case .cpu(.different): "\(count) with another CPU than its host-passthrough"
        case .cpu(.notComparable): "\(count) not known to have the CPU of its host-passthrough"
        case .memory(let short): "\(count) \(lack) memory (short \("\(short)"))"
        case .vcpus(let short): "\(count) \(lack) vCPUs (short \(short))"
        case .apart(let other, let rule): "\(count) apart from \(other)\(rule)"
        case .together(let other, let rule): "\(count) not together with \(other)\(rule)"
        case .backingOff(let times, let until, let cause):
            "\(count) backing off until \("\(until)") after \(times) failed start\(times == 1 ? "" : "s") (\(cause))"
        }
    }

    /// What a node would take the domain without.
    var obstacle: RuleText {
        switch self {
        case .notAllowed(let rule): "its allowed nodes\(rule)"
        case .label(let label, let rule): "requires \(Escaped(label).bare)\(rule)"
        case .apart(let other, let rule): "apart from \(other)\(rule)"
        case .together(let other, let rule): "together with \(other)\(rule)"
        case .memory(let short): "memory (short \("\(short)"))"
        case .vcpus(let short): "vCPUs (short \(short))"
        case .silent: "its silence"
        case .fenced: "its fencing"
        case .maintenance: "its maintenance"
        case .retired: "its retirement"
        case .notInGit: "its missing file"
        case .otherStorage: "the local disk"
        case .opaque: "a domain of unknown size"
        case .network(let name): "the network \(Escaped(name).bare)"
        case .device(let path): "\(Escaped(path, charactersMax: 200).bare)"
        case .noInitiator: "open-iscsi"
        case .sessionsUnknown: "its iSCSI sessions, which are not known"
        case .sessionInFlight(let target): "a command for \(target) that may still take effect"
        case .otherDisk(let path, _): "the disk behind \(Escaped(path, charactersMax: 200).bare)"
        case .cpu(.feature(let name)): "CPU feature \(Escaped(name).bare)"
        case .cpu: "its CPU"
        case .backingOff(_, let until, _): "backing off until \("\(until)")"
        }
    }

    /// The kind without its particulars, under which refusals of several nodes are added up.
    private var kind: Refusal {
        switch self {
        case .memory: .memory(short: .zero)
        case .vcpus: .vcpus(short: 0)
        default: self
        }
    }

    /// All refusals in one line: "2 nodes lack memory (short 3 GiB), 1 in maintenance".
    static func sum(_ refusals: [Refusal]) -> RuleText {
        // Of several that are short of memory, the one that is short of least says what would help.
        var groups: [Refusal: (count: Int, least: Refusal)] = [:]
        for refusal in refusals.sorted() {
            groups[refusal.kind, default: (0, refusal)].count += 1
        }
        return RuleText(
            groups.values.map(\.least).sorted().map { least in
                least.words(count: groups[least.kind]?.count ?? 0)
            }, separator: ", ")
    }
}
