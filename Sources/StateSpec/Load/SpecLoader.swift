/// Tree in, state or findings out. Decoded files are kept by blob id, so that the next load of almost the same tree
/// reads and parses only what changed.
public struct SpecLoader: Sendable {
    private var memory = LoadMemory()
    private let policyLimits: PolicyLimits
    private let xmlPolicy: XMLPolicy?

    /// A loader that keeps nothing yet.
    ///
    /// - Parameters:
    ///   - policyLimits: the loosest policy that what is loaded may choose.
    ///   - xmlPolicy: what its domains' XML may ask of nodes; anything where nil.
    public init(policyLimits: PolicyLimits = PolicyLimits(), xmlPolicy: XMLPolicy? = nil) {
        self.policyLimits = policyLimits
        self.xmlPolicy = xmlPolicy
    }

    /// Loads a tree. `now` is for findings on what has expired; without it there are none.
    ///
    /// - Parameter isComplete: false for a tree to which files are still to be added: what is missing is no finding then.
    public mutating func load(
        _ tree: SpecTree, limits: SpecLimits = SpecLimits(), now: Timestamp? = nil, isComplete: Bool = true
    ) -> SpecLoad {
        if tree.files.count > limits.filesMax {
            let message = "cluster.d holds \(tree.files.count) files, more than \(limits.filesMax)"
            let finding = Finding(.error, Place(file: "cluster.d"), code: "too-many-files", message)
            return SpecLoad(state: nil, findings: tree.findings + [finding])
        }
        var reader = TreeReader(
            memory: memory, limits: limits, policy: xmlPolicy, filesCount: tree.files.count)
        memory = LoadMemory()
        for file in tree.files { reader.add(file) }
        reader.forget()
        let set = reader.finish(isEmpty: tree.files.isEmpty, now: now)
        memory = reader.memory
        var findings = tree.findings + reader.findings
        TwinPaths.check(reader.strangePaths, &findings)
        if isComplete { Completeness.check(set, &findings) }
        for rule in Self.rules { rule(set, &findings) }
        Severities.apply(set, &findings)
        findings += LooserThanLimits.check(set, policyLimits)
        let hasErrors = findings.contains { $0.severity == .error }
        let state = hasErrors ? nil : set.state(policyLimits)
        let outlawed = xmlPolicy.map { PolicyObedience.check(set, $0, &findings) } ?? []
        return SpecLoad(state: state, outlawed: outlawed, findings: findings)
    }

    /// The rules that look across files; each stands in a file of its own.
    private static let rules: [@Sendable (SpecSet, inout [Finding]) -> Void] = [
        NamesInside.check, TwinNames.check, DuplicateUUIDs.check, DuplicateSSH.check, NodeReferences.check,
        LabelRequirements.check, GroupConflicts.check, StartOrder.check, DiskClashes.check,
        TwinTargets.check, DiskTargets.check, SharedPaths.check, DomainNetworks.check, HostDevices.check,
        ExpiredPauses.check,
    ]
}
