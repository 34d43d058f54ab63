import Dispatch
import FoundationEssentials
import Fuzz
import Glibc
import Testing

/// What `make fuzz` feeds for hours, in short and the same each time: every good input, what was once found, and a few
/// damaged ones. A target that would accept nothing any more is seen here, too.
@Suite struct FuzzTargetTests {
    static let top = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    @Test(arguments: FuzzTarget.all.map(\.name))
    func everyInputIsTakenOrRefused(name: String) async throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let good = try Self.corpus(target)
        #expect(!good.isEmpty, "\(name) has no good input to begin with")
        // Those of thousands would take too long here; libFuzzer takes them all.
        let step = max(1, good.count / 40)
        let some = stride(from: 0, to: good.count, by: step).map { good[$0] } + (try Self.found(name))
        var generator = SplitMix(state: 7)
        var inputs = some + [[], [0], Array(repeating: 0xFF, count: 64)]
        for input in some.prefix(20) where !input.isEmpty {
            for _ in 0..<10 { inputs.append(Self.damaged(input, &generator)) }
        }
        await Self.feed(target, inputs)
    }

    /// In a thread of its own: targets wait for what is asynchronous, which would starve the pool of all tests.
    private static func feed(_ target: FuzzTarget, _ inputs: [[UInt8]]) async {
        await withCheckedContinuation { done in
            let thread = DispatchQueue(label: "fuzz \(target.name)")
            thread.async {
                for input in inputs { target.run(input) }
                done.resume()
            }
        }
    }

    private static func damaged(_ input: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0...3, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + 8))
            default: bytes.insert(contentsOf: bytes[..<index].suffix(20), at: index)
            }
        }
        return bytes
    }

    private static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        var paths: [String] = []
        for folder in target.corpus {
            let below = try FileManager.default.subpathsOfDirectory(atPath: "\(top)/\(folder)").map {
                "\(folder)/\($0)"
            }
            paths += below.filter { path in target.endings.contains { fnmatch("*\($0)", path, 0) == 0 } }
        }
        return try paths.sorted().map(bytes)
    }

    private static func found(_ name: String) throws -> [[UInt8]] {
        let folder = "fuzz/found/\(name)"
        guard FileManager.default.fileExists(atPath: "\(top)/\(folder)") else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: "\(top)/\(folder)").sorted()
            .map { try bytes("\(folder)/\($0)") }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(top)/\(path)")))
    }
}

/// A small generator, seeded, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
