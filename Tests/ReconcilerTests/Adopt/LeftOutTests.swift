import StateSpec
import Testing

@testable import Reconciler

/// What is never adopted, and is named instead.
@Suite struct LeftOutTests {
    struct Situation: Sendable, CustomTestStringConvertible {
        let title: String
        /// "code: subject" of each that is left out.
        let codes: [String]
        let prepare: @Sendable (inout RunningCluster) -> Void

        var testDescription: String { title }

        init(_ title: String, _ codes: String..., prepare: @escaping @Sendable (inout RunningCluster) -> Void) {
            self.title = title
            self.codes = codes
            self.prepare = prepare
        }
    }

    private static let shared =
        "<disk type='network' device='disk'><source protocol='iscsi' name='iqn.a:b/1'/>"
        + "<target dev='vda'/></disk>"

    static let situations = [
        Situation("it runs twice", "double-run: web1") { cluster in
            cluster.put("web1", 1, on: "alpha")
            cluster.put("web1", 1, on: "beta")
        },
        Situation("two domains have one name", "name-taken: web1", "name-taken: web1") { cluster in
            cluster.put("web1", 1, on: "alpha")
            cluster.put("web1", 2, on: "beta")
        },
        Situation("two names differ in case", "name-taken: WEB1", "name-taken: web1") { cluster in
            cluster.put("web1", 1, on: "alpha")
            cluster.put("WEB1", 2, on: "beta")
        },
        Situation("one domain has two names", "several-names: old") { cluster in
            cluster.put("web1", 1, on: "alpha")
            cluster.put("old", 1, on: "beta", "shut off", "shutdown")
        },
        Situation("two that run share a disk", "disk-clash: a", "disk-clash: b") { cluster in
            cluster.put("a", 1, on: "alpha", devices: shared)
            cluster.put("b", 2, on: "beta", devices: shared)
        },
        Situation("one that runs shares a disk with one that is off", "disk-clash: a", "disk-clash: b") { cluster in
            cluster.put("a", 1, on: "alpha", devices: shared)
            cluster.put("b", 2, on: "beta", "shut off", "shutdown", devices: shared)
        },
        Situation("its name is none", "invalid-name: my vm\\u{202e}") { cluster in
            cluster.put("my vm\u{202E}", 1, on: "alpha", devices: "")
        },
        Situation("its name is a number", "invalid-name: 7") { cluster in cluster.put("7", 1, on: "alpha") },
        Situation("its XML is not understood", "not-understood: a<b") { cluster in
            cluster.put("a<b", 1, on: "alpha")
        },
        Situation("a person paused it", "paused: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", "paused", "user")
        },
        Situation("it is on its way", "in-transition: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", "paused", "migrating")
            cluster.put("web1", 1, on: "beta")
        },
        Situation("it is shutting down", "stopping: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", "in shutdown", "user")
        },
        Situation("a QEMU has its uuid and libvirt does not list it", "stray-process: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", "shut off", "crashed")
            cluster.strays = ["beta": [.numbered(1)]]
        },
        Situation("its definitions differ", "several-definitions: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", "shut off", "shutdown")
            cluster.put("web1", 1, on: "beta", "shut off", "shutdown", devices: "")
        },
        Situation("its XML was not read", "no-xml: web1") { cluster in
            cluster.put("web1", 1, on: "alpha")
            cluster.change(on: "alpha") { domain in
                var domain = domain
                domain.documents = nil
                return domain
            }
        },
        Situation("its stored XML is none", "xml-syntax: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", isPersistent: true)
            cluster.change(on: "alpha") { domain in
                var domain = domain
                domain.documents = ObservedDocuments(live: domain.documents?.live, persistent: "<domain>\u{1B}[2J")
                return domain
            }
        },
        Situation("its stored XML is too large", "oversized: web1") { cluster in
            cluster.put("web1", 1, on: "alpha", isPersistent: true)
            cluster.change(on: "alpha") { domain in
                var domain = domain
                let blanks = String(repeating: " ", count: DomainXMLParser.bytesMax)
                domain.documents = ObservedDocuments(live: domain.documents?.live, persistent: "<domain/>" + blanks)
                return domain
            }
        },
        Situation("lint would refuse its XML", "disk-path: web1") { cluster in
            cluster.put(
                "web1", 1, on: "alpha",
                devices: "<disk type='file' device='disk'><source file='/etc/passwd'/><target dev='vda'/></disk>")
        },
    ]

    @Test(arguments: situations) func isNamedAndNotAdopted(_ situation: Situation) throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("good", 50, on: "beta")
        situation.prepare(&cluster)
        let made = try cluster.adopt()
        let serious = made.findings.filter { $0.severity != .notice }
        #expect(serious.map { "\($0.code): \($0.subject)" } == situation.codes)
        #expect(serious.allSatisfy { $0.message.contains("is left out") && $0.hint != nil }, "\(serious)")
        #expect(made.domains.map(\.name) == ["good"])
        #expect(try cluster.plan(made.files).isInSync)
        #expect(!AdoptionText.render(made).unicodeScalars.contains("\u{202E}"))
    }

    @Test func aNameOrDiskThatGitHasIsNotAdoptedTwice() throws {
        var cluster = RunningCluster("alpha", "beta")
        cluster.put("good", 50, on: "beta", devices: Self.shared)
        let first = try cluster.adopt().files
        cluster.put("GOOD", 1, on: "alpha")
        cluster.put("thief", 2, on: "alpha", "shut off", "shutdown", devices: Self.shared)
        let made = try cluster.adopt(over: first)
        #expect(made.files.isEmpty)
        #expect(made.codes == ["disk-clash: thief", "name-taken: GOOD"])
    }

    @Test func aBrokenRepositoryIsRepairedFirst() throws {
        var cluster = RunningCluster("alpha")
        cluster.put("web1", 1, on: "alpha")
        let broken = [Adoption.File(path: "cluster.yaml", bytes: Array("nam: shop\n".utf8))]
        let refusal = try #require(throws: AdoptionRefusal.self) { try cluster.adopt(over: broken) }
        #expect(refusal.description.contains("repair it first") && !refusal.findings.isEmpty)
    }
}
