/// A secret that was left out of a portable form.
public struct OmittedSecret: Hashable, Sendable {
    /// Where it stood, as an XPath below `<domain>`.
    public let path: String
    /// What it was, in words.
    public let what: String
    /// The line of the element that had it, from 1; nil for what was in no text.
    public let line: Int?
}

/// Where a domain's XML may hold a secret in clear text. None is ever printed.
enum DocumentSecrets {
    /// Whether the text or attribute at a path, or all that stands in the element there, is secret.
    static func isSecret(_ kind: String) -> Bool { secrets[kind] != nil }

    private static let secrets: [String: String] = [
        "devices/graphics@passwd": "the password of a display",
        "devices/disk/source/cookies/cookie": "an HTTP cookie of a disk",
        "devices/disk/source/auth@passwd": "a password of a disk", "devices/disk/auth@passwd": "a password of a disk",
        "devices/hostdev/source/auth@passwd": "a password of a host device",
        "launchSecurity/session": "a session of launch security",
        "launchSecurity/dhCert": "a certificate of launch security",
    ]

    /// The element without the secrets in it.
    static func without(_ element: DomainElement, at kind: String) -> DomainElement {
        var omitted: [OmittedSecret] = []
        let path = kind.split(separator: "/").map(String.init)
        return strip(element, at: path, into: &omitted) ?? DomainElement(element.name)
    }

    /// The same, telling what was left out; nil where all of it is secret.
    static func strip(
        _ element: DomainElement, at path: [String], into omitted: inout [OmittedSecret]
    ) -> DomainElement? {
        let kind = path.joined(separator: "/")
        if let what = secrets[kind] ?? inlineSecret(element) {
            omitted.append(OmittedSecret(path: kind, what: what, line: element.line))
            return nil
        }
        var element = element
        // Of no use without the password, which virsh shows only to who asks with --security-info.
        if kind == "devices/graphics" { element.set("passwdValidTo", nil) }
        for attribute in element.attributes {
            guard let what = secrets["\(kind)@\(attribute.name)"] else { continue }
            element.set(attribute.name, nil)
            omitted.append(OmittedSecret(path: "\(kind)/@\(attribute.name)", what: what, line: element.line))
        }
        if element.namespace == Self.qemu, element.name == "commandline" || element.name == "env" {
            return commandLine(element, kind, &omitted)
        }
        let isEmpty = element.content.isEmpty
        element.mapChildren { strip($0, at: path + [$0.name], into: &omitted) }
        // Nothing but secrets stood in it.
        return !isEmpty && element.content.isEmpty && element.attributes.isEmpty ? nil : element
    }

    /// `<secret>` names one that libvirt keeps; text in it is the secret itself.
    private static func inlineSecret(_ element: DomainElement) -> String? {
        guard element.namespace == nil, element.name == "secret", !element.text.isEmpty else { return nil }
        return "a secret in clear text"
    }

    static let qemu = "http://libvirt.org/schemas/domain/qemu/1.0"

    /// An argument with a password goes, and with it the option that it belongs to.
    private static func commandLine(
        _ element: DomainElement, _ kind: String, _ omitted: inout [OmittedSecret]
    ) -> DomainElement? {
        var element = element
        var kept: [DomainElement] = []
        for child in element.children {
            let value = (child["value"] ?? "") + " " + (child["name"] ?? "")
            guard isSecretOption(value.lowercased()) else {
                kept.append(child)
                continue
            }
            omitted.append(
                OmittedSecret(
                    path: "\(kind)/\(child.name)", what: "a password in an argument or variable of QEMU",
                    line: child.line))
            if kept.last?["value"]?.hasPrefix("-") == true, kept.last?.name == "arg" { kept.removeLast() }
        }
        element.content = kept.map(DomainElement.Content.element)
        return kept.isEmpty ? nil : element
    }

    private static func isSecretOption(_ text: String) -> Bool {
        if text.contains("password=on") || text.contains("password=off") { return false }
        return words.contains { text.contains($0) } || text.contains("secret") && text.contains("data=")
    }

    private static let words = [
        "password=", "passwd=", "password ", "passwd ", "password-secret=", "passphrase", "chap", "token", "_key=",
    ]
}
