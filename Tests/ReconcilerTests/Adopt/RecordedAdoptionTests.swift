import FoundationEssentials
import StateSpec
import Testing

@testable import Reconciler

/// A scan of real libvirt nodes, adopted.
@Suite struct RecordedAdoptionTests {
    private static func observed() throws -> ObservedCluster {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let file = tests.joined(separator: "/") + "/CLITests/Data/running.json"
        return try JSONDecoder().decode(ObservedCluster.self, from: try Data(contentsOf: URL(filePath: file)))
    }

    private static func adopt(_ observed: ObservedCluster) throws -> Adoption {
        let base = AdoptionBase(tree: SpecTree(files: []), name: "lab")
        let named = observed.nodes.keys.sorted().map { NodeSpec(name: $0) }
        return try Adoption.make(AdoptionRequest(base: base, named: named, observed: observed))
    }

    @Test func whatIsAdoptedDriftsInNothing() throws {
        let observed = try Self.observed()
        let made = try Self.adopt(observed)
        var compared = 0
        for domain in made.domains {
            let text = try #require(made.files.first { $0.path == "domains/\(domain.name).xml" })
            let git = try DomainDocument(text.bytes)
            for seen in observed.nodes.values.flatMap({ $0.node?.domains ?? [] }) where seen.uuid == domain.uuid {
                // Another node's stale definition is told as one, and is nothing to compare with.
                let isStray = domain.wish.run == .keepalive && !seen.activity.holdsDisks
                let documents = try #require(seen.documents)
                let drift = DefinitionDrift(
                    git: git, digest: nil, live: try documents.live.map { try DomainDocument(Array($0.utf8)) },
                    persistent: try documents.persistent.map { try DomainDocument(Array($0.utf8)) })
                #expect(drift.isEmpty || isStray, "\(domain.name): \(drift.live) \(drift.persistent)")
                compared += 1
            }
        }
        #expect(made.domains.count == 6 && compared == 7)
    }

    @Test func theOrderOfNodesAndDomainsDoesNotMatter() throws {
        let observed = try Self.observed()
        let made = try Self.adopt(observed)
        var dice = SplitMix(seed: 3)
        for _ in 0..<5 {
            var shuffled = observed
            shuffled.nodes = Dictionary(uniqueKeysWithValues: observed.nodes.shuffled(using: &dice).map { ($0, $1) })
            #expect(try Self.adopt(shuffled) == made)
        }
    }
}
