import FoundationEssentials

@testable import Reconciler

/// A cluster that another balancer and a solver were given; `bench/recorded/balance.txt` says how.
struct RecordedBalance: CustomStringConvertible {
    let name: String
    /// How many domains hbal moved, and the largest load afterwards.
    let hbalMoved: Int
    let hbalLargest: Double
    /// The fewest migrations to 1.10; nil if it cannot be reached.
    let optimum: Int?
    let model: ClusterModel

    var description: String { name }

    /// All of them; empty if the file is not as it should be.
    static let all: [RecordedBalance] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try? String(contentsOf: root.appending(path: "bench/recorded/balance.txt"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").compactMap(RecordedBalance.init)
    }()

    private static let sizes: [Character: (memory: Int64, vcpus: Int64)] = [
        "a": (1024, 1), "b": (2048, 1), "c": (2048, 2), "d": (4096, 2), "e": (8192, 4), "f": (16384, 4),
        "g": (16384, 8), "h": (32768, 8),
    ]

    private init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard !line.hasPrefix("#"), fields.count == 8, let moved = Int(fields[2]), let largest = Double(fields[3])
        else { return nil }
        (name, hbalMoved, hbalLargest, optimum) = (String(fields[0]), moved, largest, Int(fields[5]))
        // As many vCPUs as anyone likes: hbal was told so.
        let nodes = fields[6].split(separator: ",").map { node in
            let numbers = node.split(separator: "/").compactMap { Int64($0) }
            return ClusterModel.Node(memory: numbers[0] << 10, vcpus: numbers[1] * 1_000)
        }
        let letters = Array(fields[7])
        let domains = stride(from: 0, to: letters.count, by: 2).compactMap { index -> ClusterModel.Domain? in
            guard let size = Self.sizes[letters[index]], let home = letters[index + 1].wholeNumberValue else {
                return nil
            }
            return ClusterModel.Domain(
                memory: size.memory << 10, vcpus: size.vcpus, home: home, canMove: true, admission: 0)
        }
        model = ClusterModel(nodes: nodes, domains: domains, admissions: [.all(of: nodes.count)])
    }
}
