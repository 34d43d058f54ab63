import StateSpec
import Testing

@testable import Reconciler

/// A tree of the original havirt becomes a cluster in git, whatever shape its records have.
@Suite struct OriginalTests {
    private static let xml: [String: String] = [
        "web1.xml": RunningCluster.xml("web1", 1), "db1.xml": RunningCluster.xml("db1", 2),
        "batch1.xml": RunningCluster.xml("batch1", 3),
    ]

    private func tree(_ records: [String: String], _ definitions: [String: String] = xml) -> OriginalTree {
        func files(_ texts: [String: String]) -> SpecTree {
            SpecTree(files: texts.map { SpecFile(path: $0.key, bytes: Array($0.value.utf8)) })
        }
        return OriginalTree(records: files(records), definitions: files(definitions))
    }

    private func adopt(
        _ records: [String: String], _ definitions: [String: String] = xml, over files: [Adoption.File] = [],
        shared: [String] = []
    ) throws -> Adoption {
        let git = SpecTree(files: files.map { SpecFile(path: $0.path, bytes: $0.bytes) })
        return try Adoption.make(
            tree(records, definitions), base: AdoptionBase(tree: git, name: "shop", sharedPaths: shared))
    }

    @Test(arguments: [
        "alpha:\n  - web1\nbeta:\n  - db1\n", "alpha: [web1]\nbeta: [db1]\ngamma:\n",
        "alpha:\n  web1: 1669000000\nbeta:\n  db1: 1669000000\n",
        "alpha:\n  running:\n    web1: 1669000000\n  lastchecked: 1669000001\nbeta:\n  running:\n    db1: 1\n",
        "alpha:\n  running: [web1]\nbeta:\n  running: [db1]\ngamma:\n  running: ~\n",
        "node_population:\n  alpha:\n    web1:\n  beta:\n    db1:\n",
        "- name: alpha\n  running: [web1]\n- name: beta\n  running: [db1]\n",
        "---\n- alpha: [web1]\n- beta: [db1]\n",
    ])
    func whatRanIsKeptAliveAndTheRestIsManual(population: String) throws {
        let made = try adopt([
            "node.yaml":
                "alpha:\n  CPU(s): 24\n  Memory size: 97 GiB\n  maintenance: 0\nbeta:\n  maintenance: 1\ngamma:\n",
            "node_population.yaml": population,
        ])
        #expect(made.nodes.map(\.name) == ["alpha", "beta", "gamma"])
        #expect(made.text("nodes/alpha.yaml") == "{}\n")
        #expect(made.text("nodes/beta.yaml") == "maintenance: true\n")
        #expect(made.text("domains/web1.yaml") == "run: keepalive\n")
        #expect(made.text("domains/db1.yaml") == "run: keepalive\n")
        #expect(made.text("domains/batch1.yaml") == "run: manual\n")
        #expect(made.text("cluster.yaml") == "name: shop\n")
        #expect(made.findings.isEmpty, "\(made.findings)")
        let again = try adopt(["node.yaml": "alpha:\nbeta:\ngamma:\n"], over: made.files)
        #expect(again.files.isEmpty, "\(again.files.map(\.path))")
    }

    @Test func whatGitHasNoPlaceForIsNamedOnce() throws {
        let made = try adopt([
            "node.yaml": "alpha:\n  ssh: root@10.0.0.1\n  rack: 7\nbeta:\n  ssh: -oProxyCommand=x\n  rack: 8\n",
            "node_population.yaml": "alpha: [web1]\n",
            "domain.yaml": "web1:\n  vcpu: 2\n  memory: 4\n  colour: red\ndb1:\n  maintenance: 1\ngone:\n  vcpu: 1\n",
        ])
        #expect(made.text("nodes/alpha.yaml") == "ssh: root@10.0.0.1\n")
        #expect(made.text("nodes/beta.yaml") == "{}\n")
        #expect(made.text("domains/db1.yaml") == "run: manual\n")
        #expect(
            made.codes == [
                "invalid-ssh: beta", "no-xml: gone", "maintenance: db1", "not-imported: var/domain.yaml",
                "not-imported: var/node.yaml",
            ])
        let words = made.findings.map(\.message)
        #expect(words.contains("has key 'rack', of alpha, beta, which git has no place for"), "\(words)")
    }

    @Test func aLocalDiskBindsToWhereItRan() throws {
        let disk = "<disk type='file' device='disk'><source file='/media/shared/a.img'/><target dev='vda'/></disk>"
        let xml = ["a.xml": RunningCluster.xml("a", 1, devices: disk)]
        let records = ["node.yaml": "alpha:\nbeta:\n", "node_population.yaml": "beta: [a]\n"]
        #expect(try adopt(records, xml).text("domains/a.yaml") == "run: keepalive\nnodes:\n- beta\n")
        #expect(try adopt(records, xml, shared: ["/media/shared"]).text("domains/a.yaml") == "run: keepalive\n")
        let unknown = try adopt(["node.yaml": "alpha:\n"], xml)
        #expect(unknown.text("domains/a.yaml") == "run: manual\n")
        #expect(unknown.findings.first?.message.contains("where that is, is not known") == true)
    }

    @Test(arguments: [
        ("twice recorded", "alpha: [a]\nbeta: [a]\n", ["a.xml": RunningCluster.xml("a", 1)], ["double: a"]),
        ("no uuid", "", ["a.xml": "<domain type='kvm'><name>a</name><memory>65536</memory></domain>"], ["no-uuid: a"]),
        ("no XML at all", "", ["a.xml": "garbage"], ["xml-syntax: conf/a.xml"]),
        ("an empty file", "", ["a.xml": ""], ["empty-file: conf/a.xml"]),
        (
            "one uuid twice", "", ["a.xml": RunningCluster.xml("a", 1), "b.xml": RunningCluster.xml("b", 1)],
            ["name-taken: a", "name-taken: b"]
        ),
        (
            "one disk twice", "",
            [
                "a.xml": RunningCluster.xml("a", 1, devices: RunningCluster.disk),
                "b.xml": RunningCluster.xml("b", 2, devices: RunningCluster.disk),
            ], ["disk-clash: a", "disk-clash: b"]
        ),
        ("a name that is none", "", ["a.xml": RunningCluster.xml("a b", 1)], ["invalid-name: a b"]),
        (
            "lint would refuse it", "", ["a.xml": RunningCluster.xml("a", 1, devices: "<emulator>/tmp/x</emulator>")],
            ["emulator-path: a"]
        ),
    ])
    func isNamedAndNotImported(title: String, population: String, xml: [String: String], codes: [String]) throws {
        var definitions = xml
        definitions["good.xml"] = RunningCluster.xml("good", 50)
        let made = try adopt(["node.yaml": "alpha:\nbeta:\n", "node_population.yaml": population], definitions)
        #expect(made.codes == codes, "\(title): \(made.findings)")
        #expect(made.domains.map(\.name) == ["good"])
    }

    @Test(arguments: ["a: [b\n", "a: &x 1\nb: *x\n", "a: 1\na: 2\n", "\u{0}", "- - - - [[[[[[[[[[[[[[[[[[[[[[1]\n"])
    func aRecordThatCannotBeReadStopsTheImport(text: String) throws {
        for file in ["node.yaml", "node_population.yaml", "domain.yaml"] {
            let refusal = try #require(throws: AdoptionRefusal.self) { try adopt([file: text]) }
            #expect(refusal.description.hasPrefix("var/\(file):"), "\(refusal)")
            #expect(refusal.description.contains("repair it, or move it away"))
        }
    }

    @Test func whateverShapeARecordHasNothingBreaks() throws {
        var dice = SplitMix(seed: 11)
        let lines = [
            "alpha: [web1]", "beta:", "  - web1", "  web1: 1", "  running: [db1]", "  running:", "  maintenance: 1",
            "- name: alpha", "- alpha: [db1]", "\u{202E}: 1", "gamma: 'x'", "  ssh: \u{1B}[2J",
            "'a b': {c: [d, {e: f}]}",
            "node:", "--- ", "alpha: ~",
        ]
        var imported = 0
        for _ in 0..<400 {
            func text() -> String {
                (0..<Int.random(in: 0..<4, using: &dice)).map { _ in dice.pick(lines) + "\n" }.joined()
            }
            let records = ["node.yaml": "delta:\n" + text(), "node_population.yaml": text(), "domain.yaml": text()]
            do {
                let made = try adopt(records)
                let shown = AdoptionText.render(made)
                #expect(
                    shown.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" }, "\(records)"
                )
                imported += 1
            } catch let refusal as AdoptionRefusal {
                #expect(!refusal.description.unicodeScalars.contains("\u{1B}"), "\(records)")
            }
        }
        #expect(imported > 40, "\(imported)")
    }

    @Test func withoutRecordsTheDefinitionsAreStillThere() throws {
        let refusal = try #require(throws: AdoptionRefusal.self) { try adopt([:]) }
        #expect(refusal.description.contains("no node"), "\(refusal)")
        let made = try adopt(["node_population.yaml": "alpha:\n"])
        #expect(made.nodes.map(\.name) == ["alpha"] && made.domains.count == 3)
    }
}
