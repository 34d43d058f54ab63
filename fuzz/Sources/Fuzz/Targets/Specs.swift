import StateSpec

extension FuzzTarget {
    /// The files that operators commit.
    static let specs: [FuzzTarget] =
        [
            ("cluster", "cluster.yaml"), ("node", "nodes/alpha.yaml"), ("domain", "domains/web1.yaml"),
            ("iscsi", "iscsi/store.yaml"),
        ]
        .map { name, path in
            FuzzTarget(
                "spec-\(name)", corpus: ["cluster.d", "examples", "Tests/ReconcilerTests/Scenarios"],
                endings: [path.contains("/") ? "/" + path.split(separator: "/")[0] + "/*.yaml" : path]
            ) { check(SampleCluster.load(path, $0)) }
        } + [
            FuzzTarget(
                "spec-xml", corpus: ["cluster.d", "examples", "Tests/StateSpecTests/Data/Documents"], endings: [".xml"]
            ) { check(SampleCluster.load("domains/web1.xml", $0)) }
        ]

    /// A commit with an error is not acted on, one without has a state; what is said can be shown.
    private static func check(_ load: SpecLoad) {
        demand((load.state == nil) == !load.errors.isEmpty, "a state beside errors, or none without")
        for finding in load.findings { demand(isPrintable(finding.description), "a finding that cannot be shown") }
    }
}
