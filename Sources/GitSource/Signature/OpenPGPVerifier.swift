internal import ChildProcess
internal import Reconciler
internal import StateSpec

/// Judges signatures of OpenPGP by gpg, with a key ring that holds the controller's list and nothing else. Not by gpgv,
/// which knows neither expired nor revoked keys.
struct OpenPGPVerifier: Sendable {
    private let tool: SignatureTool
    private let home: String
    /// Fingerprints of the primary keys of the list.
    private let listed: Set<String>
    private let source: String

    /// Makes the key ring. A list is taken whole or not at all: a revocation that is passed over lets a thief sign.
    init(_ file: String, keys: [UInt8], in folder: WorkFolder) async throws(DesiredSourceError) {
        tool = SignatureTool(name: "gpg", package: "gpg", folder: folder)
        source = Escaped(file, charactersMax: 1_024).bare
        do throws(SignerFileError) {
            home = try folder.makeFolder("gpg")
        } catch {
            throw DesiredSourceError(error.description)
        }
        guard let list = OpenPGPList(keys) else { throw Self.notWhole(source) }
        let result = try await Self.importing(list.keys, tool, home)
        listed = Set(Self.imported(result.output))
        guard !listed.isEmpty else {
            throw DesiredSourceError(
                "gpg finds no public key in \(source): write it with gpg --export --armor KEY…")
        }
        guard result.exit == .code(0) else { throw Self.notWhole(source) }
        guard list.revocationCount > 0 else { return }
        // Each by itself finds its key by the key's id; gpg fails where that is not in the ring.
        let revoked = try await Self.importing(list.revocations, tool, home)
        guard revoked.exit == .code(0), Self.readCount(revoked.output) == list.revocationCount else {
            throw Self.notWhole(source)
        }
    }

    private static func importing(
        _ keys: [UInt8], _ tool: SignatureTool, _ home: String
    ) async throws(DesiredSourceError) -> ChildResult {
        // With another model of trust gpg stops at the first revocation, for want of a trust database.
        let arguments = options(home, trust: "direct") + ["--status-fd", "1", "--import"]
        do throws(SignatureTrouble) {
            return try await tool.run(arguments, input: keys)
        } catch {
            throw error.whileSettingUp
        }
    }

    private static func notWhole(_ source: String) -> DesiredSourceError {
        DesiredSourceError(
            "the keys in \(source) are not understood as a whole, so a revocation might be missed: write keys with"
                + " gpg --export --armor KEY…, put each revocation right behind its key, and remove the colon that gpg"
                + " puts before -----BEGIN")
    }

    /// `[GNUPG:] IMPORT_OK reasons fingerprint`
    private static func imported(_ output: [UInt8]) -> [String] {
        String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 4 && words[0] == "[GNUPG:]" && words[1] == "IMPORT_OK" ? String(words[3]) : nil
        }
    }

    /// `[GNUPG:] IMPORT_RES count …`: how many keys and revocations gpg looked at.
    private static func readCount(_ output: [UInt8]) -> Int? {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        let results = lines.filter { $0.count > 2 && $0[0] == "[GNUPG:]" && $0[1] == "IMPORT_RES" }
        return results.count == 1 ? Int(results[0][2]) : nil
    }

    /// No settings, no agent, no network, no words of trust: whoever is in the list may sign.
    private static func options(_ home: String, trust: String) -> [String] {
        [
            "--homedir", home, "--no-options", "--batch", "--no-tty", "--quiet", "--no-autostart", "--disable-dirmngr",
            "--no-auto-key-retrieve", "--trust-model", trust,
        ]
    }

    /// Who made a signature, which holds at a moment.
    func judge(
        _ commit: SignedCommit, _ files: SignatureFiles, at moment: Timestamp
    ) async throws(SignatureTrouble) -> CheckedSigner {
        let clock = ["--faked-system-time", SignatureClock.gpg(moment)]
        let verify = ["--status-fd", "1", "--verify", "--", files.signature, "-"]
        let result = try await tool.run(Self.options(home, trust: "always") + clock + verify, input: commit.payload)
        let status = OpenPGPStatus(result.output)
        // gpg's own verdict has to agree; where it does not, one of us has misread something.
        if case .good(let key) = status, result.exit == .code(0), listed.contains(key.primary) {
            let signer = CommitSigner(kind: .openpgp, name: key.user, key: key.primary)
            return CheckedSigner(signer: signer, memo: key.hasEnd ? nil : key.signing)
        }
        throw .fault(fault(status, at: moment))
    }

    private func fault(_ status: OpenPGPStatus, at moment: Timestamp) -> SignatureFault {
        switch status {
        case .keyExpired(let user):
            SignatureFault(.expired, "is signed by \(key(user)), which had expired at \(moment)")
        case .signatureExpired(let user):
            SignatureFault(.signatureExpired, "bears a signature of \(key(user)) that had expired at \(moment)")
        case .keyRevoked(let user): SignatureFault(.revoked, "is signed by \(key(user)), which was revoked")
        case .bad(let user): SignatureFault(.bad, "bears a signature of \(key(user)) that does not belong to it")
        case .missing(let id):
            SignatureFault(.unknown, "is signed by OpenPGP key \(Escaped(id).bare), which is not in \(source)")
        case .early(let id):
            SignatureFault(
                .early, "is signed by OpenPGP key \(Escaped(id).bare), which was made later than \(moment)")
        case .good, .unclear:
            SignatureFault(.bad, "bears an OpenPGP signature of which gpg does not say clearly that it is good")
        }
    }

    private func key(_ user: String) -> String { "the OpenPGP key of \(Escaped(user).bare)" }
}
