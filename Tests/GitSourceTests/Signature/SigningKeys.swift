import ChildProcess
import GitSource
import Glibc
import Reconciler
import StateSpec
import Synchronization

/// Keys of ssh and OpenPGP, and the lists of a controller that knows some of them. Made once; all times are given, so
/// that nothing hangs on the day of the test.
final class SigningKeys: Sendable {
    static let shared = Task { try await SigningKeys() }

    /// When the commits of tests are dated: 2023-11-14T22:13:21Z.
    static let committed = Timestamp(secondsSinceEpoch: 1_700_000_001)
    /// When they are judged: six weeks later.
    static let now = Timestamp(secondsSinceEpoch: 1_704_067_200)

    /// The commit that most tests sign.
    static let draft = Array(
        """
        tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
        author Ann <ann@example.org> 1700000000 +0100
        committer Carl <carl@example.org> 1700000001 +0100

        change

        """.utf8)

    let folder = TemporaryFolder()
    var allowed: String { folder.path + "/allowed_signers" }
    var revocationList: String { folder.path + "/revoked.krl" }
    var revokedKeys: String { folder.path + "/revoked_keys" }
    var ring: String { folder.path + "/signers.asc" }
    private var home: String { folder.path + "/gnupg" }

    /// All lists, with a revocation list for ssh.
    var lists: SignerLists {
        get throws {
            guard let lists = SignerLists(ssh: .init(allowed: allowed, revoked: revocationList), openpgp: ring) else {
                throw TestFailure(message: "no lists")
            }
            return lists
        }
    }

    private init() async throws {
        cleanUpAtEnd()
        for name in ["ann", "ended", "ending", "later", "revoked", "files", "stranger", "authority", "carl"] {
            try await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", ssh(name)])
        }
        try await run(
            "ssh-keygen",
            ["-q", "-s", ssh("authority"), "-I", "carl", "-n", "carl@example.org", "-V", "20230101Z:20250101Z"]
                + ["\(ssh("carl")).pub"])
        var lines = ["# who may sign"]
        lines.append("ann@example.org \(try publicKey("ann"))")
        lines.append("ended@example.org valid-before=\"20230601Z\" \(try publicKey("ended"))")
        lines.append("ending@example.org valid-before=\"20231201Z\" \(try publicKey("ending"))")
        lines.append("later@example.org valid-after=\"20231201Z\" \(try publicKey("later"))")
        lines.append("revoked@example.org \(try publicKey("revoked"))")
        lines.append("files@example.org namespaces=\"file\" \(try publicKey("files"))")
        lines.append("*@example.org cert-authority \(try publicKey("authority"))")
        try folder.write("allowed_signers", lines.map { $0 + "\n" }.joined())
        try folder.write("revoked_keys", "# gone\n\(try publicKey("revoked"))\n")
        try await run("ssh-keygen", ["-q", "-k", "-f", revocationList, "\(ssh("revoked")).pub"])
        try await makeRing()
    }

    /// The keys live as long as the process: then gpg's agent has to go, too.
    private static let atEnd = Mutex<String?>(nil)

    private func cleanUpAtEnd() {
        Self.atEnd.withLock { $0 = folder.path }
        atexit {
            guard let path = SigningKeys.atEnd.withLock({ $0 }) else { return }
            system("gpgconf --homedir \(path)/gnupg --kill gpg-agent >/dev/null 2>&1; rm -rf \(path)")
        }
    }

    private func makeRing() async throws {
        guard mkdir(home, 0o700) == 0 else { throw TestFailure(message: home) }
        for (name, life) in [("ann", "never"), ("ended", "30d"), ("ending", "335d"), ("revoked", "never")] {
            try await makeKey(name, life)
        }
        try await makeKey("stranger", "never")
        // gpg signs nothing with a revoked key; what it signed before is what a thief's commit looks like.
        let signed = try await pgpSignature(Self.draft, by: "revoked")
        try folder.write("signed-before-revocation.asc", signed)
        let prints = try await run("gpg", pgp + ["--with-colons", "--list-keys", "revoked@example.org"])
        let print = prints.split(separator: "\n").first { $0.hasPrefix("fpr:") }?.split(separator: ":").last
        let certificate = "\(home)/openpgp-revocs.d/\(print ?? "none").rev"
        // gpg puts a colon before its armour, so that nobody revokes a key by accident.
        let raw = try read(certificate)
        try folder.write("revocation.rev", raw)
        for name in ["ann", "revoked"] {
            let file = "\(folder.path)/\(name).asc"
            try await run("gpg", pgp + ["--armor", "--output", file, "--export", "\(name)@example.org"])
        }
        let text = raw.replacing(":---", with: "---")
        try await run("gpg", pgp + ["--import"], input: Array(text.utf8))
        let names = ["ann", "ended", "ending", "revoked"].map { "\($0)@example.org" }
        try await run("gpg", pgp + ["--armor", "--output", ring, "--export"] + names)
    }

    private func makeKey(_ name: String, _ life: String) async throws {
        let user = "\(name.prefix(1).uppercased() + name.dropFirst()) <\(name)@example.org>"
        try await run(
            "gpg",
            pgp + ["--faked-system-time", "20230101T000000!", "--passphrase", "", "--quick-gen-key", user]
                + ["ed25519", "sign", life])
    }

    private var pgp: [String] { ["--homedir", home, "--batch", "--quiet", "--no-tty"] }

    func ssh(_ name: String) -> String { "\(folder.path)/\(name)" }

    func publicKey(_ name: String) throws -> String {
        try read(ssh(name) + ".pub").split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// A detached signature of ssh.
    func sshSignature(
        _ payload: [UInt8], by name: String, namespace: String = "git", certificate: Bool = false
    ) async throws -> String {
        let key = certificate ? "\(ssh(name))-cert.pub" : ssh(name)
        return try await run("ssh-keygen", ["-q", "-Y", "sign", "-n", namespace, "-f", key], input: payload)
    }

    /// A detached signature of OpenPGP, made at the moment of the commits.
    func pgpSignature(
        _ payload: [UInt8], by name: String, at moment: String = "20231114T221321!", extra: [String] = []
    ) async throws -> String {
        let options = ["--faked-system-time", moment, "--local-user", "\(name)@example.org"] + extra
        return try await run("gpg", pgp + options + ["--armor", "--detach-sign"], input: payload)
    }

    /// A program for git's `gpg.program`, with the same clock.
    func pgpProgram() throws -> String {
        let program = folder.path + "/gpg-then"
        if access(program, X_OK) != 0 {
            let options = "--homedir \(home) --faked-system-time 20231114T221321!"
            try folder.write("gpg-then", "#!/bin/sh\nexec gpg \(options) \"$@\"\n")
            chmod(program, 0o755)
        }
        return program
    }

    @discardableResult
    private func run(_ tool: String, _ arguments: [String], input: [UInt8] = []) async throws -> String {
        let result = try await runChild(
            ChildRequest(
                executable: tool, arguments: arguments, environment: ["TZ": "UTC"], workingDirectory: folder.path,
                input: input))
        guard result.exit == .code(0) else {
            throw TestFailure(message: "\(tool) \(arguments): \(String(decoding: result.errorOutput, as: UTF8.self))")
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw TestFailure(message: path) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// A clock that stands still.
struct StandingClock: ReconcilerClock {
    let moment: Timestamp

    func now() -> Timestamp { moment }
    func monotonicMilliseconds() -> Int64 { 0 }
    func sleep(_ span: Duration) async throws {}
}

extension TestRepository {
    /// The bytes of a commit as git would write it, without a signature.
    func draft(
        parents: [ObjectID] = [], message: String = "change", tree: String = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    ) -> [UInt8] {
        let people =
            "author Ann <ann@example.org> 1700000000 +0100\ncommitter Carl <carl@example.org> 1700000001 +0100\n"
        let links = parents.map { "parent \($0)\n" }.joined()
        return Array("tree \(tree)\n\(links)\(people)\n\(message)\n".utf8)
    }

    /// Writes a commit object of these bytes, with a signature in its header.
    func store(_ draft: [UInt8], signature: String?) async throws -> ObjectID {
        var text = String(decoding: draft, as: UTF8.self)
        if let signature, let end = text.range(of: "\n\n") {
            let lines = signature.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            text.replaceSubrange(end, with: "\ngpgsig \(lines.joined(separator: "\n "))\n\n")
        }
        let id = try await git(["hash-object", "-t", "commit", "-w", "--stdin"], input: text)
        guard let id = ObjectID(id) else { throw TestFailure(message: id) }
        return id
    }

    /// Whether git itself finds the signature of a commit good, by the same lists.
    func gitTrusts(_ commit: ObjectID, _ keys: SigningKeys) async throws -> Bool {
        let settings = [
            "-c", "gpg.ssh.allowedSignersFile=\(keys.allowed)", "-c", "gpg.ssh.revocationFile=\(keys.revocationList)",
            "-c", "gpg.program=\(try keys.pgpProgram())",
        ]
        do {
            try await git(settings + ["verify-commit", commit.text])
            return true
        } catch is TestFailure {
            return false
        }
    }
}

extension String {
    /// Where a text stands first.
    fileprivate func range(of part: String) -> Range<Index>? { firstRange(of: part) }
}
