/// Rule S8: an empty wish is no wish. A renamed folder must not read as "stop everything".
enum Completeness {
    static func check(_ set: SpecSet, _ findings: inout [Finding]) {
        if set.isEmpty {
            findings.append(
                Finding(
                    .error, Place(file: "cluster.d"), code: "no-cluster.d", "cluster.d is missing or empty",
                    hint: "check the branch and the path that havirt.conf names"))
            return
        }
        func missing(_ file: String, _ code: String, _ message: String, hint: String) {
            findings.append(Finding(.error, Place(file: file), code: code, message, hint: hint))
        }
        if !set.hasClusterFile {
            missing("cluster.yaml", "no-cluster", "cluster.yaml is missing", hint: "write one: 'name: mycluster'")
        }
        if set.nodes.isEmpty {
            missing("nodes", "no-nodes", "no node is named", hint: "write nodes/<name>.yaml for each hypervisor")
        }
        if set.domains.isEmpty {
            missing(
                "domains", "no-domains", "no domain is named",
                hint: "write domains/<name>.xml, or 'havirt cluster adopt'")
        }
        for domain in set.domains {
            guard domain.xmlPath == nil, let path = domain.yamlPath else { continue }
            missing(
                path, "no-definition", "domains/\(domain.name).xml is missing",
                hint: "add domains/\(domain.name).xml; `virsh dumpxml --inactive` on its node prints it")
        }
    }
}
