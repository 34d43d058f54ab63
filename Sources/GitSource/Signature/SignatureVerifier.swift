public import Reconciler
public import StateSpec

/// A signer, and what to know them by again.
struct CheckedSigner: Sendable {
    let signer: CommitSigner
    /// Stands for the key: another signature that it made is valid at the same moments. Nil where this one has an end
    /// of its own.
    let memo: String?
}

/// Judges commits by lists of signers. What was found good is remembered until a list changes.
///
/// Not `git verify-commit`, which follows `refs/replace`, grafts and the repository's own settings: what is judged here
/// is the object that is read afterwards, byte for byte.
public actor SignatureVerifier {
    private let lists: SignerLists
    private let clock: any ReconcilerClock
    private var desk: Desk?
    private var count = 0

    /// For how long a key that was valid a moment ago is taken to be valid now.
    private static let freshness = Seconds(60)
    /// How many commits are remembered, each with some 300 bytes.
    private static let knownMax = 20_000

    /// What belongs to one state of the lists.
    private struct Desk {
        let contents: SignerLists.Contents
        let folder: WorkFolder
        let ssh: SSHVerifier?
        let openpgp: OpenPGPVerifier?
        /// Commits with a signature that is good at their own date.
        var known: [ObjectID: CheckedSigner] = [:]
        /// Keys that were valid now, and when that was.
        var fresh: [String: Timestamp] = [:]

        init(
            _ lists: SignerLists, _ contents: SignerLists.Contents, in folder: WorkFolder
        ) async throws(DesiredSourceError) {
            self.contents = contents
            self.folder = folder
            if let list = lists.ssh, let allowed = contents.allowed {
                ssh = try await SSHVerifier(list, allowed: allowed, revoked: contents.revoked, in: folder)
            } else {
                ssh = nil
            }
            if let file = lists.openpgp, let keys = contents.openpgp {
                openpgp = try await OpenPGPVerifier(file, keys: keys, in: folder)
            } else {
                openpgp = nil
            }
        }
    }

    /// A verifier; the lists are read at each judgement.
    public init(_ lists: SignerLists, clock: any ReconcilerClock) {
        self.lists = lists
        self.clock = clock
    }

    /// Who signed a commit.
    public func judge(
        _ commit: ObjectID, in repository: GitRepository, as standing: CommitStanding
    ) async throws(DesiredSourceError) -> Result<CommitSigner, SignatureFault> {
        do throws(SignatureTrouble) {
            return .success(try await signer(of: commit, repository, standing))
        } catch {
            switch error {
            case .fault(let fault): return .failure(fault)
            case .setup(let error): throw error
            }
        }
    }

    private func signer(
        of commit: ObjectID, _ repository: GitRepository, _ standing: CommitStanding
    ) async throws(SignatureTrouble) -> CommitSigner {
        try await sit()
        let now = clock.now()
        if let known = desk?.known[commit], standing == .applied || isFresh(known, now) { return known.signer }
        guard let object = try Self.read(commit, in: repository) else {
            throw .fault(.format, "is not written as git writes commits")
        }
        guard let signature = object.signature else {
            let author = Escaped(object.author).bare
            throw .fault(.unsigned, "bears no signature; it says that it is by \(author)")
        }
        let checked = try await judge(object, signature, at: object.committedAt)
        remember(commit, checked)
        guard standing == .new, !isFresh(checked, now) else { return checked.signer }
        let fresh = try await judge(object, signature, at: now)
        if let memo = fresh.memo { desk?.fresh[memo] = now }
        return fresh.signer
    }

    private static func read(
        _ commit: ObjectID, in repository: GitRepository
    ) throws(SignatureTrouble) -> SignedCommit? {
        do throws(GitError) {
            return try repository.signedCommit(commit)
        } catch {
            throw .setup(DesiredSourceError(error.description))
        }
    }

    private func isFresh(_ checked: CheckedSigner, _ now: Timestamp) -> Bool {
        guard let memo = checked.memo, let seen = desk?.fresh[memo] else { return false }
        return seen <= now && now - seen <= Self.freshness
    }

    private func remember(_ commit: ObjectID, _ checked: CheckedSigner) {
        if desk?.known.count ?? 0 >= Self.knownMax { desk?.known = [:] }
        desk?.known[commit] = checked
    }

    private func judge(
        _ commit: SignedCommit, _ signature: [UInt8], at moment: Timestamp
    ) async throws(SignatureTrouble) -> CheckedSigner {
        guard let desk else { preconditionFailure("nothing is judged before the lists are read") }
        count += 1
        let envelope = SSHSignature(armoured: signature)
        let files: SignatureFiles
        do throws(SignerFileError) {
            files = try SignatureFiles(count, signature, key: envelope?.keyLine ?? "", in: desk.folder)
        } catch {
            throw .setup(DesiredSourceError(error.description))
        }
        defer { withExtendedLifetime(files) {} }
        if SSHSignature.isOne(signature) {
            guard let envelope else { throw .fault(.format, "bears an ssh signature that cannot be read") }
            guard let ssh = desk.ssh else {
                throw .fault(.unknown, "is signed with ssh, and havirt.conf names no signers with ssh")
            }
            return try await ssh.judge(envelope, commit, files, at: moment)
        }
        guard OpenPGPStatus.isSignature(signature) else {
            throw .fault(.format, "bears a signature that is neither of ssh nor of OpenPGP, or is too large")
        }
        guard OpenPGPSignature.isOne(signature) else {
            throw .fault(.format, "bears an OpenPGP signature that is not one plain signature in one armour")
        }
        guard let openpgp = desk.openpgp else {
            throw .fault(.unknown, "is signed with OpenPGP, and havirt.conf names no signers with openpgp")
        }
        return try await openpgp.judge(commit, files, at: moment)
    }

    /// Reads the lists; where they are not what they were, nothing that was found before counts.
    private func sit() async throws(SignatureTrouble) {
        let contents: SignerLists.Contents
        let folder: WorkFolder
        do throws(SignerFileError) {
            contents = try lists.read()
            if desk?.contents == contents { return }
            folder = try WorkFolder()
        } catch {
            throw .setup(DesiredSourceError(error.description))
        }
        do throws(DesiredSourceError) {
            desk = try await Desk(lists, contents, in: folder)
        } catch {
            throw .setup(error)
        }
    }
}
