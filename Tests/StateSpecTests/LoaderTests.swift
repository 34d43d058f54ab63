import StateSpec
import Synchronization
import Testing

@Suite struct LoaderTests {
    private func blob(_ number: Int) throws -> ObjectID {
        let digits = String(number, radix: 16)
        return try #require(ObjectID(String(repeating: "0", count: 40 - digits.count) + digits))
    }

    private final class Reads: Sendable {
        let paths = Mutex<[String]>([])
    }

    private func tree(_ files: [String: (text: String, blob: Int)], _ reads: Reads) throws -> SpecTree {
        SpecTree(
            files: try files.map { path, file in
                SpecFile(path: path, blob: try blob(file.blob)) {
                    reads.paths.withLock { $0.append(path) }
                    return Array(file.text.utf8)
                }
            })
    }

    @Test func unchangedFilesAreNotReadAgain() throws {
        var files: [String: (text: String, blob: Int)] = [:]
        for (index, file) in Sample().files.sorted(by: { $0.key < $1.key }).enumerated() {
            files[file.key] = (file.value, index + 1)
        }
        files["domains/web1.yaml"] = ("run: keepalve\n", 90)
        let reads = Reads()
        var loader = SpecLoader()
        let first = loader.load(try tree(files, reads))
        #expect(reads.paths.withLock { $0.count } == 5)
        #expect(first.errors.map(\.place.file) == ["domains/web1.yaml"])

        let second = loader.load(try tree(files, reads))
        #expect(reads.paths.withLock { $0.count } == 5)
        #expect(second.findings == first.findings)

        // Moved: decoded from the same blob, and the finding moves along.
        files["domains/web2.yaml"] = files.removeValue(forKey: "domains/web1.yaml")
        files["domains/web2.xml"] = (Sample.xml("web2", 2), 91)
        let moved = loader.load(try tree(files, reads))
        #expect(reads.paths.withLock { $0.dropFirst(5) } == ["domains/web2.xml"])
        #expect(moved.errors.map(\.place.file) == ["domains/web2.yaml"])

        // Changed: read again.
        files["domains/web2.yaml"] = ("run: keepalive\n", 92)
        let mended = loader.load(try tree(files, reads))
        #expect(reads.paths.withLock { $0.dropFirst(6) } == ["domains/web2.yaml"])
        #expect(mended.state?.domains.map(\.wish.run) == [.manual, .keepalive])

        // Forgotten once a load did not have it.
        files["domains/web2.yaml"] = ("run: keepalve\n", 90)
        #expect(loader.load(try tree(files, reads)).state == nil)
        #expect(reads.paths.withLock { $0.count } == 8)
    }

    @Test func theOrderOfFilesDoesNotMatter() {
        let files = Sample().tree.files
        var generator = SplitMix(state: 7)
        var loader = SpecLoader()
        let state = loader.load(SpecTree(files: files)).state
        for _ in 0..<10 {
            var other = SpecLoader()
            #expect(other.load(SpecTree(files: files.shuffled(using: &generator))).state == state)
        }
    }

    @Test func incrementalIsTheSameAsCold() throws {
        var generator = SplitMix(state: 11)
        let variants: [String: [String]] = [
            "domains/web1.yaml": ["run: manual\n", "run: x\n", "nodes: [n1]\n", "after: [web1]\n", ""],
            "domains/web1.xml": [Sample.xml("web1", 1), Sample.xml("web1", 2), "<domain/>", ""],
            "domains/web2.xml": [Sample.xml("web2", 2), Sample.xml("web1", 1), ""],
            "nodes/n2.yaml": ["retired: true\n", "ssh: n1\n", ""],
        ]
        var loader = SpecLoader()
        var blobs: [String: Int] = [:]
        for _ in 0..<200 {
            var files = Sample().files
            for (path, texts) in variants.sorted(by: { $0.key < $1.key }) {
                let text = texts.randomElement(using: &generator) ?? ""
                files[path] = text.isEmpty ? nil : text
            }
            let tree = SpecTree(
                files: try files.map { path, text in
                    let number = blobs[text, default: blobs.count + 1]
                    blobs[text] = number
                    return SpecFile(path: path, bytes: Array(text.utf8), blob: try blob(number))
                })
            var cold = SpecLoader()
            let expected = cold.load(tree)
            let load = loader.load(tree)
            #expect(load.findings == expected.findings)
            #expect(load.state == expected.state)
        }
    }

    @Test func aThousandDomains() {
        var files = Sample().files
        for number in 0..<1_000 {
            let uuid = "c0ffee00-0000-4000-9000-0000000" + "\(10_000 + number)"
            files["domains/d\(number).xml"] = Sample.xml("d\(number)", 1).replacing(Sample.uuid(1), with: uuid)
            files["domains/d\(number).yaml"] = "run: keepalive\nafter: [web1]\n"
        }
        var loader = SpecLoader()
        let tree = SpecTree(files: files.map { SpecFile(path: $0.key, bytes: Array($0.value.utf8)) })
        let load = loader.load(tree)
        #expect(load.findings == [])
        #expect(load.state?.domains.count == 1_001)
    }
}
