import StateSpec

/// `xmlPolicy:` of `havirt.conf`: what a commit's domain XML may ask of a node.
enum XMLPolicyDecoder {
    /// Nil where it is not there, and then nothing is limited.
    static func decode(_ settings: FieldReader) -> XMLPolicy? {
        guard let fields = settings.nested("xmlPolicy", keys: XMLPolicy.keys) else { return nil }
        var policy = XMLPolicy()
        policy.domainTypes =
            words("domainTypes", of: XMLPolicy.knownDomainTypes, fields, "xmlPolicy.") ?? policy.domainTypes
        policy.emulators = paths("emulators", fields, "xmlPolicy.", mayEndInStar: true) ?? policy.emulators
        policy.firmware = paths("firmware", fields, "xmlPolicy.") ?? policy.firmware
        policy.boot = paths("boot", fields, "xmlPolicy.") ?? []
        policy.leases = paths("leases", fields, "xmlPolicy.") ?? []
        policy.networks = Set(fields.strings("networks") ?? [])
        policy.listen = fields.strings("listen").map(Set.init) ?? policy.listen
        let exceptions = words("allow", of: PolicyException.allCases.map(\.rawValue), fields, "xmlPolicy.") ?? []
        policy.allow = Set(exceptions.compactMap(PolicyException.init))
        guard let disks = fields.nested("disks", keys: XMLPolicy.diskKeys) else { return policy }
        policy.disks.roots = paths("roots", disks, "xmlPolicy.disks.") ?? []
        policy.disks.devices = paths("devices", disks, "xmlPolicy.disks.") ?? []
        policy.disks.pools = Set(disks.strings("pools") ?? [])
        policy.disks.protocols = words("protocols", of: XMLPolicy.knownProtocols, disks, "xmlPolicy.disks.") ?? []
        policy.disks.formats =
            words("formats", of: XMLPolicy.knownFormats, disks, "xmlPolicy.disks.") ?? policy.disks.formats
        let targets = self.targets(disks)
        policy.disks.hasTargetsOfGit = targets.contains("git")
        policy.disks.targets = targets.subtracting(["git"])
        return policy
    }

    /// Names of targets, or `git`.
    private static func targets(_ disks: FieldReader) -> Set<String> {
        var targets: Set<String> = []
        for item in disks.items("targets") ?? [] {
            guard let text = disks.findings.string(item, "xmlPolicy.disks.targets") else { continue }
            if text == "git" {
                targets.insert(text)
            } else if let name = ISCSITargetName(text) {
                targets.insert(name.text)
            } else {
                disks.findings.add(
                    at: item.mark, "unknown-value",
                    "'xmlPolicy.disks.targets' takes names of targets or git, not \(Escaped(text))",
                    hint: "write iqn.2026-01.lan:web, or git for every target that iscsi/ of the commit names")
            }
        }
        return targets
    }

    /// Words of a closed list.
    private static func words(
        _ key: String, of known: [String], _ fields: FieldReader, _ prefix: String
    ) -> Set<String>? {
        guard let items = fields.items(key) else { return nil }
        var words: Set<String> = []
        for item in items {
            guard let text = fields.findings.string(item, prefix + key) else { continue }
            if known.contains(text) {
                words.insert(text)
            } else {
                fields.findings.add(
                    at: item.mark, "unknown-value", "'\(prefix)\(key)' knows no \(Escaped(text, charactersMax: 60))",
                    hint: Suggestion.hint(for: text, among: known))
            }
        }
        return words
    }

    /// Absolute paths in their normal spelling.
    private static func paths(_ key: String, _ fields: FieldReader, _ prefix: String, mayEndInStar: Bool = false)
        -> Set<String>?
    {
        guard let items = fields.items(key) else { return nil }
        var paths: Set<String> = []
        for item in items {
            guard let text = fields.findings.string(item, prefix + key, bytesMax: 4096) else { continue }
            let plain = mayEndInStar && text.hasSuffix("*") ? String(text.dropLast()) + "x" : text
            if XMLPolicy.isPath(plain) {
                paths.insert(text)
            } else {
                fields.findings.add(
                    at: item.mark, "wrong-type",
                    "'\(prefix)\(key)' takes absolute paths without '..', '//' or a slash at the end, not \(Escaped(text))"
                )
            }
        }
        return paths
    }
}
