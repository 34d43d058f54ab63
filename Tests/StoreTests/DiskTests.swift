import Foundation
import Reconciler
import StateSpec
import Testing

@testable import Store

/// What happens to the files when something goes wrong.
struct DiskTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func scan(_ at: Int64, _ node: String = "n1", host: Int = 901) throws -> ObservedCluster {
        let observed = try Sample.observed(host: host, domains: [Sample.domain(host)])
        return try Sample.scan(at, [node: .answered(observed, at: Sample.time(at))])
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return status
    }

    @Test func filesAreForTheirOwnerOnly() throws {
        let path = scratch.path + "/a/b"
        try FileRecordStore(directory: path, run: Sample.run()).record(scan(1))
        #expect(try status(path).st_mode & 0o777 == 0o700)
        #expect(try status(path + "/node.yaml").st_mode & 0o777 == 0o600)
    }

    @Test func aDirectoryForEverybodyIsRefused() throws {
        #expect(chmod(scratch.path, 0o777) == 0)
        #expect(throws: StoreError.self) { try scratch.store().record(scan(1)) }
        #expect(throws: StoreError.self) { try AppliedPlans(directory: "/proc/nowhere").claim(Sample.run()) }
    }

    @Test func aDirectoryBehindALinkIsFine() throws {
        let link = scratch.path + "/link"
        try FileManager.default.createDirectory(atPath: scratch.path + "/real", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scratch.path + "/real")
        try FileRecordStore(directory: link, run: Sample.run()).record(scan(1))
        #expect(try scratch.text("real/node.yaml").contains("n1:"))
    }

    @Test func leftoversOfAKilledWriterAreIgnoredAndCleaned() throws {
        let store = try scratch.store()
        try store.record(scan(1))
        for name in ["node.yaml", "domain.yaml"] { try scratch.write("half a fi", to: Directory.unfinished(name)) }
        #expect(try scratch.store().nodes().count == 1)
        try store.record(scan(1))
        #expect(try scratch.names.filter { $0.hasSuffix(".unfinished") } == [])
    }

    /// Each prefix of the order of writing is what a kill at that point leaves; the next round goes on from it.
    @Test func anyPrefixOfAWriteCanBeGoneOnFrom() throws {
        try scratch.store().record(scan(1))
        let before = try files()
        try scratch.store().record(scan(50, "n2", host: 902))
        let after = try files()
        let order = ["node.yaml", "node_population.yaml", "recollection.yaml", "domain.yaml"]
        for count in 0...order.count {
            for (index, name) in order.enumerated() {
                try scratch.write((index < count ? after : before)[name] ?? "", to: name)
            }
            let nodes = try scratch.store().nodes()
            for sighting in try scratch.store().recall().sightings {
                #expect(nodes[sighting.node]?.identity.map { $0.lastAnswer >= sighting.at } == true)
            }
            try scratch.store().record(scan(50, "n2", host: 902))
            #expect(try files() == after)
        }
    }

    private func files() throws -> [String: String] {
        let names = try scratch.names.filter { $0.hasSuffix(".yaml") }
        return Dictionary(uniqueKeysWithValues: try names.map { ($0, try scratch.text($0)) })
    }

    @Test func whatDidNotChangeIsNotWritten() throws {
        try scratch.store().record(scan(1))
        let before = try status(scratch.path + "/domain.yaml")
        try scratch.store().record(scan(1))
        try scratch.store().record(failures: [])
        let after = try status(scratch.path + "/domain.yaml")
        #expect(before.st_ino == after.st_ino)
        #expect(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    }

    @Test func aLoopGoesOnWhenItsRecordsWereMovedAway() throws {
        let store = try scratch.store()
        try store.record(scan(1))
        for name in try scratch.names where name.hasSuffix(".yaml") {
            try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
        }
        #expect(try store.recall() == Recollection())
        try store.record(scan(1))
        #expect(try scratch.store().nodes().count == 1)
    }

    @Test(arguments: [
        "", "garbage", "format: 1", "format: 2\nnodes: {}", "format: 1\nnodes: {}\nextra: 1", "format: 1\nnodes: [a]",
        "format: 1\nnodes:\n  n1: {host: {uuid: x}}", "format: 1\nnodes:\n  '../x': {}", "{{", "\u{0}\u{0}",
        "format: 1\nnodes: &a {}", "format: 1\nnodes:\n  n1: {member: {ssh: a, retired: false, since: 2026-11-23}}",
        "format: 1\nnodes:\n  n1: {silent: {since: 2026-11-23, last: 2026-11-23, cause: nap, detail: x}}",
    ])
    func garbageIsAnErrorThatNamesTheFile(_ garbage: String) throws {
        try scratch.write(garbage, to: "node.yaml")
        let read = #expect(throws: StoreError.self) { try scratch.store().recall() }
        let written = #expect(throws: StoreError.self) { try scratch.store().record(scan(1)) }
        #expect(read == written)
        #expect(read?.description.contains(scratch.path + "/node.yaml") == true)
        #expect(try scratch.text("node.yaml") == garbage)
    }

    @Test(arguments: ["domain.yaml", "node_population.yaml", "recollection.yaml"])
    func aCutFileIsAnError(_ name: String) throws {
        try scratch.store().record(scan(1))
        let text = try scratch.text(name)
        try scratch.write(String(text.prefix(text.count - 12)), to: name)
        #expect(throws: StoreError.self) { try scratch.store().record(scan(2)) }
    }

    @Test func sightingsWithoutTheirNodesAreAnError() throws {
        try scratch.store().record(scan(1))
        try FileManager.default.removeItem(atPath: scratch.path + "/node.yaml")
        let error = #expect(throws: StoreError.self) { try scratch.store().recall() }
        #expect(error?.description.contains("node.yaml' is gone") == true)
    }

    @Test func linksAndPipesAreNotFollowed() throws {
        try scratch.write("format: 1\nnodes: {}\n", to: "elsewhere")
        let file = scratch.path + "/node.yaml"
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: scratch.path + "/elsewhere")
        #expect(throws: StoreError.self) { try scratch.store().recall() }
        #expect(unlink(file) == 0)
        #expect(mkfifo(file, 0o600) == 0)
        #expect(throws: StoreError.self) { try scratch.store().recall() }
    }
}
