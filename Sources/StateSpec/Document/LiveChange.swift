/// A command of virsh that makes one difference good while the domain runs.
public struct LiveChange: Hashable, Sendable {
    /// The words behind `virsh`: `setvcpus UUID 2 --live`.
    public let words: [String]
    /// What it reads from its standard input, by lines; nil for nothing.
    public let input: [String]?

    private init(_ words: [String], input: [String]? = nil) {
        self.words = words
        self.input = input
    }

    /// What makes a running domain like git's; several differences inside one device are one change.
    ///
    /// Without those for which there is no command, and without any that would show a secret.
    public static func of(_ differences: [DocumentDifference], in domain: DomainUUID) -> [LiveChange] {
        var changes: [LiveChange] = []
        for difference in differences where difference.driftClass != .nextStart && !difference.isSecret {
            for change in commands(difference, "\(domain)") where !changes.contains(change) { changes.append(change) }
        }
        return changes
    }

    private static func commands(_ difference: DocumentDifference, _ domain: String) -> [LiveChange] {
        switch difference.change {
        case .added(let device) where difference.kind == "devices/\(device.name)":
            return plug("detach-device", device, domain)
        case .missing(let device) where difference.kind == "devices/\(device.name)":
            return plug("attach-device", device, domain)
        case .value(let git, _): return value(difference, git, domain)
        case .added(let words) where ["title", "description"].contains(words.name) && difference.kind == words.name:
            return describe(words.name, "", domain)
        case .missing(let words) where ["title", "description"].contains(words.name) && difference.kind == words.name:
            return describe(words.name, words.text, domain)
        case .added, .missing: return inDevice(difference, domain)
        }
    }

    private static func value(_ difference: DocumentDifference, _ git: String?, _ domain: String) -> [LiveChange] {
        switch difference.kind {
        case "currentMemory": return git.map { [live("setmem", domain, "\($0)KiB")] } ?? []
        case "vcpu@current": return git.map { [live("setvcpus", domain, $0)] } ?? []
        case "on_poweroff", "on_reboot", "on_crash":
            return git.map { [live("set-lifecycle-action", domain, String(difference.kind.dropFirst(3)), $0)] } ?? []
        case "title", "description":
            return describe(difference.kind, git ?? "", domain)
        case "devices/memballoon/stats@period": return [live("dommemstat", domain, "--period", git ?? "0")]
        default: return inDevice(difference, domain)
        }
    }

    private static func describe(_ kind: String, _ words: String, _ domain: String) -> [LiveChange] {
        guard Escaped(words, charactersMax: 4_000).bare == words else { return [] }
        return [LiveChange(["desc", domain, "--live"] + (kind == "title" ? ["--title"] : []) + ["--new-desc", words])]
    }

    /// A change inside a device that both have.
    private static func inDevice(_ difference: DocumentDifference, _ domain: String) -> [LiveChange] {
        guard let git = difference.device.git, let node = difference.device.node else { return [] }
        if difference.kind.hasPrefix("devices/disk/iotune") { return limits(git, node, domain) }
        guard ["disk", "interface"].contains(git.name), let lines = lines(update(git, of: node)) else { return [] }
        return [LiveChange(["update-device", domain, "/dev/stdin", "--live"], input: lines)]
    }

    /// Git's device with what libvirt tells it by, which git need not have.
    private static func update(_ git: DomainElement, of node: DomainElement) -> DomainElement {
        var device = git
        for name in ["mac", "model"] where git.name == "interface" && device.child(name) == nil {
            if let child = node.child(name) { device.append(child) }
        }
        return device
    }

    /// Each limit that either has; none is 0.
    private static func limits(_ git: DomainElement, _ node: DomainElement, _ domain: String) -> [LiveChange] {
        guard let target = git.child("target")?["dev"] else { return [] }
        let wished = git.child("iotune")?.children ?? []
        let gone = (node.child("iotune")?.children ?? []).filter { limit in !wished.contains { $0.name == limit.name } }
        let words = (wished.map { ($0.name, $0.text) } + gone.map { ($0.name, "0") }).flatMap { name, amount in
            ["--\(name.replacingUnderscores)", amount]
        }
        return [LiveChange(["blkdeviotune", domain, target] + words + ["--live"])]
    }

    private static func plug(_ verb: String, _ device: DomainElement, _ domain: String) -> [LiveChange] {
        guard let lines = lines(device) else { return [] }
        return [LiveChange([verb, domain, "/dev/stdin", "--live"], input: lines)]
    }

    private static func live(_ words: String...) -> LiveChange { LiveChange(words + ["--live"]) }

    /// The XML by lines; nil where a secret is in it, or something that a terminal would not show as it is.
    private static func lines(_ device: DomainElement) -> [String]? {
        var omitted: [OmittedSecret] = []
        guard let stripped = DocumentSecrets.strip(device, at: ["devices", device.name], into: &omitted),
            omitted.isEmpty
        else { return nil }
        let lines = stripped.formatted().split(separator: "\n").map(String.init)
        return lines.allSatisfy { Escaped($0, charactersMax: 4_000).bare == $0 } ? lines : nil
    }
}

extension String {
    fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? "-" : $0 }) }
}
