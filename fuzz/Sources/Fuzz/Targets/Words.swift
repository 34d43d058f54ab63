import GitSource
import NodeDriver
import SimulatedCluster
import StateSpec

extension FuzzTarget {
    /// The grammars of words: what is accepted comes back as it was.
    static let words: [FuzzTarget] = [
        FuzzTarget("words", corpus: ["fuzz/corpus"], endings: [".words"]) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let name = try? NodeName(text) { plain(name.text, text) }
            if let name = try? DomainName(text) { plain(name.text, text) }
            if let branch = try? BranchName(text) {
                demand(isPrintable(branch.text) && !branch.text.hasPrefix("-"), "a branch that is an option")
            }
            if let target = ISCSITargetName(text) { plain(target.text, text) }
            if let id = ObjectID(text) { demand("\(id)" == text.lowercased(), "an object id changes") }
            if let remote = try? RemoteURL(text) { demand(isPrintable(remote.text), "a remote that cannot be shown") }
            same(text) { DomainUUID($0) }
            same(text) { ISCSIPortal($0) }
            same(text) { Timestamp($0) }
            if let span = Seconds(parsing: text) { demand(span.count >= 0, "a span that goes back") }
            if let node = SSHDestination.parse(text) {
                demand(!node.host.hasPrefix("-") && isPrintable(node.host), "a host that is an option")
                demand(!(node.user?.hasPrefix("-") ?? false), "a user that is an option")
            }
        },
        FuzzTarget("signature", corpus: ["fuzz/corpus"], endings: [".commit", ".status", ".sshsig"]) { bytes in
            for text in SignatureDoor.shown(bytes) {
                demand(isPrintable(text), "something of a signature that cannot be shown")
            }
        },
        FuzzTarget("event", corpus: ["fuzz/corpus"], endings: [".event"]) { bytes in
            do throws(EventProblem) {
                _ = try EventGrammar.parse(String(decoding: bytes, as: UTF8.self))
            } catch {
                demand(isPrintable("\(error)"), "a problem that cannot be shown")
            }
        },
        FuzzTarget("gate", corpus: ["fuzz/corpus"], endings: [".gate"]) { bytes in
            guard let kept = try? gate.keeping(String(decoding: bytes, as: UTF8.self)) else { return }
            // What an older list says stands between quotes, and is printed again.
            let lines = kept.script.split(separator: "\n").drop { $0 != "scripts='" }.dropFirst().prefix { $0 != "'" }
            for line in lines {
                demand(!line.contains { "'\"$`\\;&|<>()".contains($0) } && isPrintable(String(line)), "\(line)")
            }
            demand((try? gate.keeping(kept.script))?.script == kept.script, "a gate that cannot be kept again")
        },
    ]

    private static let gate = Blocking.run {
        do throws(GateError) {
            return try await Gate(version: "2.0.0")
        } catch {
            fatalError("\(error)")
        }
    }

    /// A name is itself, and can stand anywhere but as an option.
    private static func plain(_ name: String, _ text: String) {
        demand(name.utf8.elementsEqual(text.utf8), "a name changes: \(Array(text.utf8))")
        demand(
            name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !name.hasPrefix("-"),
            "a name that is no plain word: \(Array(name.utf8))")
        demand(!name.contains("..") || !name.contains("/"), "a name that is a path upwards")
    }

    /// What is read and written is read as the same again.
    private static func same<Value: Equatable>(_ text: String, _ parse: (String) -> Value?) {
        guard let value = parse(text) else { return }
        demand(parse("\(value)") == value, "\(Value.self) changes when it is written and read")
    }
}
