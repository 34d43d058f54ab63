extension FieldReader {
    /// `hold` and `maintenance`: `true`, `false`, or a mapping of particulars, which means true.
    func pause(_ key: String) -> Pause? {
        guard let node = node(key) else { return nil }
        guard case .mapping = node.content else {
            if case .sequence = node.content {
                findings.wrongType(node, prefix + key, takes: "true, false or the keys until, by, reason")
                return nil
            }
            return findings.bool(node, prefix + key) == true ? Pause() : nil
        }
        guard let fields = FieldReader(node, path: prefix + key, keys: Pause.keys, findings: findings) else {
            return nil
        }
        return Pause(until: fields.timestamp("until"), by: fields.string("by"), reason: fields.string("reason"))
    }
}

extension Pause {
    static let keys = ["until", "by", "reason"]
}
