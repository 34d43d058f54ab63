/// A text or a value of a domain's XML that is harmless or not by what it says.
enum PolicyCheck: String, Sendable {
    case domainType = "domain-type"
    case emulator
    case architecture
    case fileName = "file-name"
    case firmware
    case readOnly = "read-only"
    case nvram
    case boot
    case lease
    case diskType = "disk-type"
    case diskFile = "disk-file"
    case diskDevice = "disk-device"
    case pool
    case `protocol`
    case format
    case network
    case interfaceType = "interface-type"
    case interfaceSource = "interface-source"
    case tap
    case listen
    case keymap
    case random
    case chardev
    case chardevSource = "chardev-source"
    case terminal

    /// Why a value is not good.
    struct Objection {
        let code: PolicyBreach.Code
        /// "the emulator '/bin/sh' is not allowed", escaped.
        let words: String
        var grant: PolicyGrant?
        var need: ISCSINeed?

        init(_ code: PolicyBreach.Code, _ words: String, _ grant: PolicyGrant? = nil, need: ISCSINeed? = nil) {
            self.code = code
            self.words = words
            self.grant = grant
            self.need = need
        }

        /// What an exception would allow.
        init(_ exception: PolicyException, _ words: String) {
            self.init(exception.code, words, .exception(exception))
        }
    }

    /// Where a value stands.
    struct Site {
        /// From `<domain>` to the element whose value it is.
        let elements: [DomainElement]
        let policy: XMLPolicy

        var domain: DomainElement? { elements.first }
        var element: DomainElement? { elements.last }

        /// The nearest element around with one of these names, itself included.
        func around(_ names: Set<String>) -> DomainElement? { elements.last { names.contains($0.name) } }
    }

    /// Why this value is not good; nil if it is.
    func objection(to value: String, at site: Site) -> Objection? {
        let policy = site.policy
        switch self {
        case .domainType:
            return policy.domainTypes.contains(value)
                ? nil
                : Objection(
                    .domainType, "a domain of type \(Escaped(value))",
                    XMLPolicy.knownDomainTypes.contains(value) ? .domainType(value) : nil)
        case .emulator:
            return PolicyPaths.match(value, policy.emulators)
                ? nil : Objection(.emulator, "the emulator \(Escaped(value))", Self.path(value) { .emulator($0) })
        case .architecture: return Self.architecture(value, site)
        case .fileName: return Self.fileName(value, site)
        case .firmware: return Self.firmware(value, policy)
        case .readOnly: return Self.readOnly(value, site)
        case .nvram: return Self.nvram(value, site)
        case .boot:
            return PolicyPaths.contain(value, policy.boot)
                ? nil : Objection(.firmware, "the file \(Escaped(value))", Self.folder(of: value) { .boot($0) })
        case .lease:
            return PolicyPaths.contain(value, policy.leases)
                ? nil : Objection(.disk, "a lease in \(Escaped(value))", Self.folder(of: value) { .lease($0) })
        case .diskType: return Self.diskType(value, site)
        case .diskFile:
            return PolicyPaths.contain(value, policy.disks.roots)
                ? nil : Objection(.disk, "the file \(Escaped(value))", Self.folder(of: value) { .root($0) })
        case .diskDevice: return Self.diskDevice(value, policy)
        case .pool:
            return policy.disks.pools.contains(value)
                ? nil : Objection(.disk, "the pool \(Escaped(value))", Self.word(value) { .pool($0) })
        case .protocol: return Self.networkDisk(value, site)
        case .format:
            return policy.disks.formats.contains(value)
                ? nil
                : Objection(
                    .disk, "an image of format \(Escaped(value))",
                    XMLPolicy.knownFormats.contains(value) ? .format(value) : nil)
        case .network:
            return policy.networks.contains(value)
                ? nil : Objection(.network, "the network \(Escaped(value))", Self.word(value) { .network($0) })
        case .interfaceType:
            return Self.interface(value).flatMap { Self.unless($0, site, "an interface of type", value) }
        case .interfaceSource: return Self.interfaceSource(value, site)
        case .tap: return Self.tap(value, policy)
        case .listen:
            return policy.listen.contains(value)
                ? nil
                : Objection(.device, "a display at the address \(Escaped(value))", Self.word(value) { .listen($0) })
        case .keymap:
            let isWord =
                !value.isEmpty && value.utf8.allSatisfy { NameGrammar.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
            return isWord ? nil : Objection(.device, "a path as the keymap, \(Escaped(value)),")
        case .random:
            return ["", "/dev/random", "/dev/urandom"].contains(value)
                ? nil : Self.unless(.rng, site, "random numbers from", value)
        case .chardev: return Self.chardev(value).flatMap { Self.unless($0, site, "a character device of type", value) }
        case .chardevSource: return Self.chardevSource(value, site)
        case .terminal:
            return Self.isTerminal(value) ? nil : Self.unless(.chardevDevice, site, "the terminal", value)
        }
    }

    /// An objection unless the exception is granted.
    static func unless(_ exception: PolicyException, _ site: Site, _ words: String, _ value: String) -> Objection? {
        site.policy.allow.contains(exception) ? nil : Objection(exception, "\(words) \(Escaped(value))")
    }

    // MARK: - Grants

    /// A grant of a path; nil for one that is not in its normal spelling, which nothing can grant.
    static func path(_ path: String, _ grant: (String) -> PolicyGrant) -> PolicyGrant? {
        AbsolutePath.isNormal(path) && path != "/" ? grant(path) : nil
    }

    /// A grant of a name; nil for what no line of `havirt.conf` can be.
    static func word(_ text: String, _ grant: (String) -> PolicyGrant) -> PolicyGrant? {
        let isWord = !text.isEmpty && text.utf8.count <= 256 && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        return isWord ? grant(text) : nil
    }

    /// A grant of the folder of a file.
    static func folder(of path: String, _ grant: (String) -> PolicyGrant) -> PolicyGrant? {
        guard AbsolutePath.isNormal(path), path != "/", let slash = path.utf8.lastIndex(of: 0x2F) else { return nil }
        let folder = String(path[..<slash])
        return grant(folder.isEmpty ? path : folder)
    }
}
