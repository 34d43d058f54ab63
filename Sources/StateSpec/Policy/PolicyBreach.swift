/// One thing that a domain's XML asks for and may not.
public struct PolicyBreach: Hashable, Sendable {
    /// A stable code in kebab case.
    public enum Code: String, CaseIterable, Sendable {
        /// Another kind of domain than those allowed.
        case domainType = "policy-domain-type"
        /// Another emulator than those allowed.
        case emulator = "policy-emulator"
        /// Firmware, or a kernel, out of other files than those allowed.
        case firmware = "policy-firmware"
        /// Storage that is not allowed.
        case disk = "policy-disk"
        /// A network, or a way to it, that is not allowed.
        case network = "policy-network"
        /// An element or attribute of a foreign namespace.
        case namespace = "policy-namespace"
        /// A device that reaches into the node.
        case device = "policy-device"
        /// A label that weakens the guest's confinement.
        case seclabel = "policy-seclabel"
        /// Something else of the node.
        case host = "policy-host"
        /// What is not known to be harmless, and cannot be allowed by a word.
        case unknown = "policy-unknown"
    }

    /// Its code.
    public let code: Code
    /// What is asked for, with the XPath; one line, escaped.
    public let message: String
    /// Where.
    public internal(set) var mark: YAMLMark
    /// What would allow it; nil where nothing can.
    public let grant: PolicyGrant?
    /// What git itself may say in its favour.
    let need: ISCSINeed?

    init(
        _ code: Code, _ message: String, at mark: YAMLMark = YAMLMark(line: 1, column: 1), grant: PolicyGrant? = nil,
        need: ISCSINeed? = nil
    ) {
        self.code = code
        self.message = message
        self.mark = mark
        self.grant = grant
        self.need = need
    }

    /// The line of `havirt.conf` that would allow it.
    public var hint: String {
        grant.map { "`xmlPolicy: {\($0.line)}` in havirt.conf would allow it" } ?? "nothing in xmlPolicy allows it"
    }

    /// The breach as a finding in `file`.
    func finding(in file: String) -> Finding {
        Finding(.error, mark.place(in: file), code: code.rawValue, message, hint: hint)
    }
}

/// An iSCSI target that a disk needs, where the policy leaves it to git which ones there are.
enum ISCSINeed: Hashable, Sendable {
    /// A target by its name, through these portals; any where there are none.
    case target(String, portals: [String])
    /// The target of a LUN that is pinned to this identity.
    case wwid(WWID)
}
