/// Files of `cluster.d` as havirt writes new ones: a key stands there only where it says something else than its default.
public enum SpecText {
    /// `cluster.yaml`.
    public static func cluster(
        _ name: ClusterName, networks: [NetworkName] = [], sharedPaths: [String] = []
    ) throws(YAMLWriter.Failure) -> [UInt8] {
        var fields = [YAMLField("name", .string(name.text))]
        fields.add("networks", networks.map(\.text))
        fields.add("sharedPaths", sharedPaths)
        return try YAMLWriter.write(.mapping(fields))
    }

    /// `nodes/<node>.yaml`: where ssh finds it, and whether it is in maintenance.
    public static func node(_ spec: NodeSpec) throws(YAMLWriter.Failure) -> [UInt8] {
        var fields: [YAMLField] = []
        if spec.ssh != SSHDestination(spec.name) { fields.append(YAMLField("ssh", .string(spec.ssh.description))) }
        if let pause = spec.maintenance { fields.append(YAMLField("maintenance", value(pause))) }
        return try YAMLWriter.write(.mapping(fields))
    }

    /// `domains/<domain>.yaml`: run state, allowed nodes, and how it may change nodes.
    public static func domain(_ wish: DomainWish) throws(YAMLWriter.Failure) -> [UInt8] {
        var fields = [YAMLField("run", .string(wish.run.rawValue))]
        fields.add("nodes", wish.nodes?.map(\.text) ?? [])
        if wish.migrate != DomainWish().migrate {
            fields.append(YAMLField("migrate", .string(wish.migrate.rawValue)))
        }
        return try YAMLWriter.write(.mapping(fields))
    }

    /// `iscsi/<name>.yaml`.
    public static func iscsi(_ spec: ISCSISpec) throws(YAMLWriter.Failure) -> [UInt8] {
        var fields: [YAMLField] = []
        fields.add("portals", spec.portals.map(\.description))
        if spec.presentation != .everywhere {
            fields.append(YAMLField("presentation", .string(spec.presentation.rawValue)))
        }
        fields.append(YAMLField("targets", .sequence(spec.targets.map(value))))
        return try YAMLWriter.write(.mapping(fields))
    }

    /// A target: its name alone where no LUN is pinned.
    static func value(_ target: ISCSITarget) -> YAMLValue {
        guard !target.luns.isEmpty else { return .string(target.name.text) }
        return .mapping([
            YAMLField("iqn", .string(target.name.text)), YAMLField("luns", .sequence(target.luns.map(value))),
        ])
    }

    /// A LUN: its number alone where it is not pinned.
    static func value(_ lun: ISCSILUN) -> YAMLValue {
        guard let wwid = lun.wwid else { return .integer(Int64(lun.lun)) }
        return .mapping([YAMLField("lun", .integer(Int64(lun.lun))), YAMLField("wwid", .string(wwid))])
    }

    private static func value(_ pause: Pause) -> YAMLValue {
        let fields = [
            pause.until.map { YAMLField("until", .string($0.description)) },
            pause.by.map { YAMLField("by", .string($0)) }, pause.reason.map { YAMLField("reason", .string($0)) },
        ].compactMap { $0 }
        return fields.isEmpty ? .bool(true) : .mapping(fields)
    }
}

extension [YAMLField] {
    fileprivate mutating func add(_ key: String, _ items: [String]) {
        if !items.isEmpty { append(YAMLField(key, .sequence(items.map { .string($0) }))) }
    }
}
