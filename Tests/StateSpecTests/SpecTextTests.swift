import StateSpec
import Testing

/// New files say what is wished, and nothing that is so anyway.
@Suite struct SpecTextTests {
    private func load(_ files: [String: [UInt8]]) throws -> DesiredState {
        var all = ["domains/web1.xml": Array(Sample.xml("web1", 1).utf8), "nodes/n1.yaml": Array("{}\n".utf8)]
        all["cluster.yaml"] = Array("name: lab\n".utf8)
        all.merge(files) { $1 }
        var loader = SpecLoader()
        let load = loader.load(SpecTree(files: all.map { SpecFile(path: $0.key, bytes: $0.value) }))
        return try #require(load.state, "\(load.findings)")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func clustersAreReadAsTheyWereWritten() throws {
        let networks = try ["lan", "no", "1e3"].map { try NetworkName($0) }
        let bytes = try SpecText.cluster(try ClusterName("true"), networks: networks, sharedPaths: ["/srv/a: b", "/x"])
        let cluster = try load(["cluster.yaml": bytes]).cluster
        #expect(
            cluster.name.text == "true" && cluster.networks == networks && cluster.sharedPaths == ["/srv/a: b", "/x"])
        #expect(text(try SpecText.cluster(try ClusterName("lab"))) == "name: lab\n")
    }

    @Test(arguments: ["n1", "root@n1", "root@n1:2222", "[fd00::1]:22", "10.0.0.1"])
    func nodesAreReadAsTheyWereWritten(ssh: String) throws {
        var spec = NodeSpec(name: try NodeName("n1"))
        spec.ssh = try #require(SSHDestination.parse(ssh))
        for pause in [nil, Pause(), Pause(by: "ann", reason: "no: yes")] {
            spec.maintenance = pause
            var nodes = try load(["nodes/n1.yaml": SpecText.node(spec)]).nodes
            for index in nodes.indices { nodes[index].origins = [:] }
            #expect(nodes == [spec])
        }
    }

    @Test func wishesAreReadAsTheyWereWritten() throws {
        for run in RunWish.allCases {
            for migrate in MigrationWish.allCases {
                for nodes in [nil, [try NodeName("n1")]] {
                    var wish = DomainWish()
                    (wish.run, wish.migrate, wish.nodes) = (run, migrate, nodes)
                    #expect(try load(["domains/web1.yaml": SpecText.domain(wish)]).domains.first?.wish == wish)
                }
            }
        }
    }

    @Test func whatIsStillToBeAddedToNeedsNothing() {
        var loader = SpecLoader()
        let empty = loader.load(SpecTree(files: []), isComplete: false)
        #expect(empty.findings.isEmpty && empty.state?.nodes == [])
        #expect(loader.load(SpecTree(files: [])).state == nil)
    }
}
