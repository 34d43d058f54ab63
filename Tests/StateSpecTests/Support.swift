import FoundationEssentials
import StateSpec
import Testing

/// A tree of small files, made to be broken in one place.
struct Sample {
    var files: [String: String] = [
        "cluster.yaml": "name: lab\nsharedPaths: [/srv/images]\n",
        "nodes/n1.yaml": "ssh: root@n1\nlabels: [ssd]\n",
        "nodes/n2.yaml": "ssh: root@n2\n",
        "domains/web1.xml": Sample.xml("web1", 1),
        "domains/web1.yaml": "run: keepalive\n",
    ]

    static func uuid(_ number: Int) -> String { "c0ffee00-0000-4000-8000-00000000000\(number)" }

    static func xml(_ name: String, _ number: Int, devices: String = "", extra: String = "") -> String {
        """
        <domain type='kvm'>
          <name>\(name)</name>
          <uuid>\(uuid(number))</uuid>
          <memory unit='GiB'>2</memory>
          <vcpu>2</vcpu>
          <os><type machine='pc-q35-7.2'>hvm</type></os>
          \(extra)
          <devices>
            \(devices)
          </devices>
        </domain>

        """
    }

    static func disk(_ path: String, flags: String = "") -> String {
        "<disk type='file' device='disk'><source file='\(path)'/><target dev='vda'/>\(flags)</disk>"
    }

    var tree: SpecTree {
        SpecTree(files: files.map { SpecFile(path: $0.key, bytes: Array($0.value.utf8)) })
    }

    func load(now: Timestamp? = nil) -> SpecLoad {
        var loader = SpecLoader()
        return loader.load(tree, now: now)
    }

    /// The findings once `files` are laid over the sample; an empty text removes a file.
    static func findings(_ changes: [String: String], now: Timestamp? = nil) -> [Finding] {
        var sample = Sample()
        for (path, text) in changes { sample.files[path] = text.isEmpty ? nil : text }
        return sample.load(now: now).findings
    }

    static func data(_ name: String, from folder: String = "Data", file: String = #filePath) throws -> Data {
        let tests = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return try Data(contentsOf: URL(filePath: "\(tests)/\(folder)/\(name)"))
    }
}

/// A small generator, seeded, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
