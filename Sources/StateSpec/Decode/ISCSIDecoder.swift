/// `iscsi/<name>.yaml` -> `ISCSISpec`.
enum ISCSIDecoder {
    static let keys = ["name", "portals", "targets", "presentation", "chap"]
    static let targetKeys = ["iqn", "luns"]
    static let lunKeys = ["lun", "wwid"]
    static let chapKeys = ["user", "secretFile", "credential"]

    static func decode(_ root: YAMLNode, name: PortalName, _ findings: FindingCollector) -> ISCSIDraft? {
        guard let fields = FieldReader(root, keys: keys, findings: findings) else { return nil }
        var draft = ISCSIDraft(spec: ISCSISpec(name: name))
        draft.declared = DeclaredName(fields, as: PortalKind.self)
        fields.demand("portals")
        if let items = fields.items("portals") {
            let portals = items.compactMap { node in
                portal(node, findings).map { (value: $0, mark: node.mark) }
            }
            let unique = findings.unique(portals, "portals")
            draft.spec.portals = unique.map(\.value)
            draft.portalMarks = unique.map(\.mark)
            if items.isEmpty, let mark = fields.mark(of: "portals") {
                findings.add(at: mark, "empty-list", "'portals' names no portal")
            }
        }
        for node in fields.items("targets") ?? [] {
            guard let target = target(node, findings) else { continue }
            if draft.spec.targets.contains(where: { $0.name == target.name }) {
                findings.add(at: node.mark, "duplicate-item", "the target \(target.name) stands twice")
            } else {
                draft.spec.targets.append(target)
                draft.targetMarks.append(node.mark)
            }
        }
        fields.choice("presentation", as: ISCSISpec.Presentation.self).map { draft.spec.presentation = $0 }
        draft.spec.chap = chap(fields)
        draft.chapMark = fields.mark(of: "chap")
        return draft
    }

    private static func portal(_ node: YAMLNode, _ findings: FindingCollector) -> ISCSIPortal? {
        guard let text = findings.text(node, "portals", takes: "host[:port]") else { return nil }
        guard let portal = ISCSIPortal(text) else {
            findings.add(
                at: node.mark, "invalid-host", "\(Escaped(text)) is no portal",
                hint: "write host or host:port, an IPv6 address in brackets")
            return nil
        }
        return portal
    }

    private static func target(_ node: YAMLNode, _ findings: FindingCollector) -> ISCSITarget? {
        guard case .mapping = node.content else { return iqn(node, findings).map { ISCSITarget($0) } }
        guard let fields = FieldReader(node, path: "targets", keys: targetKeys, findings: findings) else { return nil }
        fields.demand("iqn")
        var luns: [ISCSILUN] = []
        for item in fields.items("luns") ?? [] {
            guard let lun = lun(item, findings) else { continue }
            if luns.contains(where: { $0.lun == lun.lun }) {
                findings.add(at: item.mark, "duplicate-item", "LUN \(lun.lun) stands twice")
            } else if let twin = luns.first(where: { $0.isPinned(as: lun) }) {
                findings.add(
                    at: item.mark, "pin-clash", "LUN \(lun.lun) is pinned to the WWID of LUN \(twin.lun)",
                    hint: "`havirt node iscsiscan` shows which LUN has which")
            } else {
                luns.append(lun)
            }
        }
        guard let name = fields.node("iqn").flatMap({ iqn($0, findings) }) else { return nil }
        return ISCSITarget(name, luns: luns)
    }

    /// A number, or `{lun, wwid}`.
    private static func lun(_ node: YAMLNode, _ findings: FindingCollector) -> ISCSILUN? {
        let range = 0...16_383
        guard case .mapping = node.content else {
            return findings.integer(node, "luns", in: range).map { ISCSILUN(lun: $0) }
        }
        guard let fields = FieldReader(node, path: "luns", keys: lunKeys, findings: findings) else { return nil }
        fields.demand("lun")
        var wwid: String?
        if let node = fields.node("wwid"), let text = findings.text(node, "luns.wwid", takes: "a WWID") {
            if ISCSILUN.takes(wwid: text) {
                wwid = text
            } else {
                findings.wrongType(node, "luns.wwid", takes: "a WWID, as 'havirt node iscsiscan' shows it")
            }
        }
        return fields.integer("lun", in: range).map { ISCSILUN(lun: $0, wwid: wwid) }
    }

    private static func iqn(_ node: YAMLNode, _ findings: FindingCollector) -> ISCSITargetName? {
        guard let text = findings.text(node, "targets", takes: "a target's qualified name") else { return nil }
        guard ISCSIName.isValid(text), let name = ISCSITargetName(text) else {
            let lower = text.lowercased()
            let hint = ISCSIName.isValid(lower) ? "write \(lower)" : "such as iqn.2024-01.com.example:disk1"
            findings.add(at: node.mark, "invalid-iqn", "\(Escaped(text)) is no iSCSI qualified name", hint: hint)
            return nil
        }
        return name
    }

    /// Only where the secret is; a literal one is reported by the reader of the keys as `secret-in-git`.
    private static func chap(_ fields: FieldReader) -> CHAP? {
        guard let chap = fields.nested("chap", keys: chapKeys) else { return nil }
        chap.demand("user")
        let user = chap.string("user", bytesMax: 255)
        let file = chap.node("secretFile").flatMap { chap.findings.absolutePath($0, "chap.secretFile") }
        let credential = chap.node("credential").flatMap { chap.findings.label($0, "chap.credential") }
        switch (chap.has("secretFile"), chap.has("credential")) {
        case (true, true):
            chap.findings.add(at: chap.mark, "conflicting-keys", "'chap' has both 'secretFile' and 'credential'")
        case (false, false):
            chap.findings.add(at: chap.mark, "missing-key", "'chap' needs 'secretFile' or 'credential'")
        case (true, false), (false, true): break
        }
        guard let user, let secret = file.map(CHAP.Secret.file) ?? credential.map(CHAP.Secret.credential) else {
            return nil
        }
        return CHAP(user: user, secret: secret)
    }
}

/// What an iSCSI file said, and where.
struct ISCSIDraft: Sendable {
    var spec: ISCSISpec
    var declared: DeclaredName?
    var targetMarks: [YAMLMark] = []
    var portalMarks: [YAMLMark] = []
    var chapMark: YAMLMark?
}
