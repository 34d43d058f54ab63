internal import ChildProcess
internal import Reconciler
internal import StateSpec

/// Judges signatures of ssh by `ssh-keygen -Y`.
struct SSHVerifier: Sendable {
    private let allowedFile: String
    private let revokedFile: String?
    private let listed: AllowedSigners
    private let tool: SignatureTool
    /// Where the list came from, for people.
    private let source: String

    /// No key has more names that matter.
    private static let principalsMax = 16

    /// Copies the lists, so that what was checked is what ssh-keygen reads.
    init(
        _ lists: SignerLists.SSH, allowed: [UInt8], revoked: [UInt8]?, in folder: WorkFolder
    ) async throws(DesiredSourceError) {
        tool = SignatureTool(name: "ssh-keygen", package: "openssh-client", folder: folder)
        listed = AllowedSigners(allowed)
        source = Escaped(lists.allowed, charactersMax: 1_024).bare
        do throws(SignerFileError) {
            allowedFile = try folder.write("allowed_signers", allowed)
            revokedFile = if let revoked { try folder.write("revoked_keys", revoked) } else { nil }
        } catch {
            throw DesiredSourceError(error.description)
        }
        guard let revoked, let revokedFile else { return }
        do throws(SignatureTrouble) {
            try await demandRevocations(revoked, revokedFile, lists.revoked ?? "")
        } catch {
            throw error.whileSettingUp
        }
    }

    /// A list that ssh-keygen cannot read would make it refuse every key, or none.
    private func demandRevocations(
        _ bytes: [UInt8], _ file: String, _ source: String
    ) async throws(SignatureTrouble) {
        if bytes.starts(with: Array("SSHKRL\n".utf8)) {
            if try await tool.run(["-Q", "-l", "-f", file]).exit == .code(0) { return }
        } else {
            let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            let isWhole = lines.allSatisfy { line in
                line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) || PublicKeyLine.isOne(line)
            }
            if isWhole { return }
        }
        throw .setup(
            DesiredSourceError(
                "the revoked keys in \(Escaped(source)) can be read neither as a key revocation list (ssh-keygen -k)"
                    + " nor as public keys, one a line"))
    }

    /// Who made a signature, which holds at a moment.
    func judge(
        _ signature: SSHSignature, _ commit: SignedCommit, _ files: SignatureFiles, at moment: Timestamp
    ) async throws(SignatureTrouble) -> CheckedSigner {
        guard let fingerprint = try await fingerprint(files) else {
            throw .fault(.format, "bears an ssh signature of a key that cannot be read")
        }
        let key = "ssh key \(fingerprint)"
        guard signature.namespace == "git" else {
            let namespace = Escaped(signature.namespace, charactersMax: 40)
            throw .fault(.namespace, "is signed by \(key) for \(namespace), and not for git")
        }
        for principal in try await principals(files, at: moment) {
            guard try await holds(for: principal, commit, files, at: moment, revoked: revokedFile) else {
                guard try await holds(for: principal, commit, files, at: moment, revoked: nil) else { continue }
                let who = Escaped(principal).bare
                throw .fault(.revoked, "is signed by \(key) of \(who), which was revoked")
            }
            return CheckedSigner(
                signer: CommitSigner(kind: .ssh, name: principal, key: fingerprint), memo: signature.keyLine)
        }
        throw .fault(try await fault(signature, commit, files, at: moment, key))
    }

    /// Why nobody's signature it is.
    private func fault(
        _ signature: SSHSignature, _ commit: SignedCommit, _ files: SignatureFiles, at moment: Timestamp, _ key: String
    ) async throws(SignatureTrouble) -> SignatureFault {
        let check = ["-Y", "check-novalidate", "-n", "git", "-s", files.signature]
        guard try await tool.run(check, input: commit.payload).exit == .code(0) else {
            return SignatureFault(.bad, "bears a signature of \(key) that does not belong to it")
        }
        switch listed.listing(of: signature, at: moment) {
        case .absent where signature.isCertificate:
            let why = "whose certificate no authority of \(source) vouches for at \(moment)"
            return SignatureFault(.unknown, "is signed by \(key), \(why)")
        case .absent: return SignatureFault(.unknown, "is signed by \(key), which is not in \(source)")
        case .expired(let end):
            let end = Escaped(end, charactersMax: 20).bare
            return SignatureFault(
                .expired, "is signed by \(key), which \(source) has valid before \(end), at \(moment)")
        case .early(let start):
            let start = Escaped(start, charactersMax: 20).bare
            return SignatureFault(.early, "is signed by \(key), which \(source) has valid after \(start), at \(moment)")
        case .otherUse:
            return SignatureFault(.otherUse, "is signed by \(key), which \(source) has for other uses than git")
        }
    }

    /// Under which names the list has the key.
    private func principals(
        _ files: SignatureFiles, at moment: Timestamp
    ) async throws(SignatureTrouble) -> [String] {
        let result = try await tool.run([
            "-Y", "find-principals", "-f", allowedFile, "-s", files.signature,
            "-Overify-time=\(SignatureClock.ssh(moment))",
        ])
        guard result.exit == .code(0) else { return [] }
        let text = String(decoding: result.output, as: UTF8.self)
        return text.split { $0 == "\n" || $0 == "," }.prefix(Self.principalsMax).map(String.init)
    }

    private func holds(
        for principal: String, _ commit: SignedCommit, _ files: SignatureFiles, at moment: Timestamp, revoked: String?
    ) async throws(SignatureTrouble) -> Bool {
        let revocation = revoked.map { ["-r", $0] } ?? []
        let arguments = [
            "-Y", "verify", "-f", allowedFile, "-I", principal, "-n", "git", "-s", files.signature,
            "-Overify-time=\(SignatureClock.ssh(moment))",
        ]
        return try await tool.run(arguments + revocation, input: commit.payload).exit == .code(0)
    }

    /// "SHA256:…", as ssh-keygen and git show it; nil for what is no key.
    private func fingerprint(_ files: SignatureFiles) async throws(SignatureTrouble) -> String? {
        let result = try await tool.run(["-l", "-E", "sha256", "-f", files.key])
        let words = String(decoding: result.output, as: UTF8.self).split(separator: " ")
        guard result.exit == .code(0), words.count >= 2, words[1].hasPrefix("SHA256:") else { return nil }
        return Escaped(String(words[1]), charactersMax: 60).bare
    }
}
