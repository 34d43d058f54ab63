import CFuzzer
import Fuzz
@preconcurrency import Glibc
import Synchronization

/// What libFuzzer's callback, which can capture nothing, feeds.
private let chosen = Mutex<FuzzTarget?>(nil)

@main
struct HavirtFuzz {
    /// `havirt-fuzz --list` names the targets; `havirt-fuzz --corpus TARGET` says where its good inputs are;
    /// `havirt-fuzz TARGET [LIBFUZZER-OPTION…] [FOLDER…]` feeds it.
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "--list"?:
            for target in FuzzTarget.all { print(target.name) }
        case "--corpus"?:
            guard let target = find(arguments.dropFirst().first) else { return fail("which target? --list names them") }
            for folder in target.corpus {
                for ending in target.endings { print(folder + "\t" + ending) }
            }
        case let name?:
            guard let target = find(name) else { return fail("there is no target '\(name)'; --list names them") }
            chosen.withLock { $0 = target }
            drive([CommandLine.arguments[0]] + arguments.dropFirst())
        case nil: fail("which target? --list names them")
        }
    }

    private static func find(_ name: String?) -> FuzzTarget? { FuzzTarget.all.first { $0.name == name } }

    private static func drive(_ arguments: [String]) {
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var count = Int32(arguments.count)
        let status = words.withUnsafeMutableBufferPointer { buffer -> Int32 in
            var base = buffer.baseAddress
            return havirt_fuzz_drive(&count, &base) { bytes, count in
                let input = Array(UnsafeBufferPointer(start: bytes, count: count))
                chosen.withLock { $0 }?.run(input)
                return 0
            }
        }
        FuzzTarget.cleanUp()
        if status != 0 { fail("libFuzzer is not linked here: use `make fuzz`") }
    }

    private static func fail(_ message: String) {
        fputs("havirt-fuzz: \(message)\n", stderr)
        exit(1)
    }
}
