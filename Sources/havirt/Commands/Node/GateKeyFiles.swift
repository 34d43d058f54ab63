import FoundationEssentials
import NodeDriver
import Reconciler
import StateSpec

/// The public halves of the keys for `node gate`, as files.
struct GateKeyFiles {
    private let files: [(role: GateRole, file: String)]

    init(scan: String?, act: String?, _ settings: SSHKeySettings) throws {
        guard let scan = scan ?? settings.scan.map({ $0 + ".pub" }) else {
            throw Failure(
                "name the public halves of havirt's keys: --scan-key FILE.pub --act-key FILE.pub"
                    + " (`ssh-keygen -t ed25519 -N '' -f FILE` makes a key)")
        }
        let act = act ?? settings.act.map { $0 + ".pub" }
        files = [(.scan, scan)] + (act.map { [(.act, $0)] } ?? [])
    }

    /// As flags, for the same files.
    var options: [String] { files.flatMap { ["--\($0.role.rawValue)-key", $0.file] } }

    /// What havirt.conf has to say of them.
    var settings: String {
        files.map { role, file in
            let path = file.hasPrefix("/") ? file : "\(FileManager.default.currentDirectoryPath)/\(file)"
            return "\(role.rawValue)Key: \(Escaped(path.hasSuffix(".pub") ? String(path.dropLast(4)) : path).bare)"
        }.joined(separator: ", ")
    }

    /// The lines of `authorized_keys`.
    var lines: [String] {
        get throws {
            let keys = try files.map { role, file in (role: role, key: try Self.read(file)) }
            guard Set(keys.map(\.key.identity)).count == keys.count else {
                throw Failure("both files hold the same key, and sshd goes by the first line with a key: make two")
            }
            return keys.map { Gate.keyLine($0.role, $0.key) }
        }
    }

    /// The keys of the settings, which nodes are to bind to the gate. What cannot be read is told as not known.
    static func gated(by settings: SSHKeySettings) -> [GatedKey] {
        [("scanKey", settings.scan), ("actKey", settings.act)].compactMap { setting, file in
            file.map { file in
                do {
                    return GatedKey(setting: setting, key: .known(try read(file + ".pub")))
                } catch {
                    return GatedKey(setting: setting, key: .unknown("\(error)"))
                }
            }
        }
    }

    private static func read(_ file: String) throws -> PublicKey {
        let text = String(decoding: try FileBytes.read(file, bytesMax: 1 << 16), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        if text.contains("PRIVATE KEY") { throw Failure("\(Escaped(file)) is a private key; name its .pub") }
        let words = lines.first?.split(separator: " ", maxSplits: 2).map(String.init) ?? []
        guard lines.count == 1, words.count >= 2, let key = PublicKey(type: words[0], blob: words[1]) else {
            throw Failure("\(Escaped(file)) is no public key of ssh: it must be one line, TYPE KEY COMMENT")
        }
        return key
    }
}
