import StateSpec

/// A small cluster in which one file is exchanged.
enum SampleCluster {
    static let files: [String: String] = [
        "cluster.yaml": "name: lab\nsharedPaths: [/srv/images]\nnetworks: [lan]\n",
        "nodes/alpha.yaml": "ssh: root@alpha\nlabels: [ssd]\n",
        "nodes/beta.yaml": "ssh: root@beta\n",
        "iscsi/store.yaml":
            "portals: [\"10.0.0.1:3260\"]\ntargets: [{iqn: iqn.2026-01.lab.havirt:web1, luns: [{lun: 1}]}]\n",
        "domains/web1.yaml": "run: keepalive\nnodes: [alpha, beta]\n",
        "domains/web1.xml": xml("web1", 1),
        "domains/web2.yaml": "run: stopped\n",
        "domains/web2.xml": xml("web2", 2),
    ]

    static func xml(_ name: String, _ number: Int) -> String {
        """
        <domain type='kvm'>
          <name>\(name)</name>
          <uuid>c0ffee00-0000-4000-8000-00000000000\(number)</uuid>
          <memory unit='MiB'>512</memory>
          <vcpu>1</vcpu>
          <os><type machine='pc-q35-7.2'>hvm</type></os>
          <devices>
            <disk type='file' device='disk'><source file='/srv/images/\(name)'/><target dev='vda'/></disk>
          </devices>
        </domain>

        """
    }

    /// What the cluster wishes with one file's bytes exchanged.
    static func load(_ path: String, _ bytes: [UInt8]) -> SpecLoad {
        var tree = files.filter { $0.key != path }.map { SpecFile(path: $0.key, bytes: Array($0.value.utf8)) }
        tree.append(SpecFile(path: path, bytes: bytes))
        var loader = SpecLoader()
        return loader.load(SpecTree(files: tree), now: Timestamp(secondsSinceEpoch: 1_790_000_000))
    }

    /// What the cluster wishes as it is.
    static let desired: DesiredState = {
        let load = Self.load("cluster.yaml", Array((files["cluster.yaml"] ?? "").utf8))
        guard let state = load.state else { fatalError("the sample cluster: \(load.findings)") }
        return state
    }()
}
