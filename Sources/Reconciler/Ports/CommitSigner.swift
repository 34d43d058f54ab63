import StateSpec

/// Whose signature on a commit was found good: a name that the controller's own list of signers has for the key, not
/// what the commit says of itself.
public struct CommitSigner: Hashable, Codable, Sendable, CustomStringConvertible {
    /// What made the signature.
    public enum Kind: String, Codable, Sendable {
        /// A key of ssh.
        case ssh
        /// A key of OpenPGP.
        case openpgp
    }

    /// What made the signature.
    public let kind: Kind
    /// The principal of `allowed_signers`, or the key's user id. Safe to print.
    public let name: String
    /// The key's fingerprint, as `ssh-keygen -l` or `gpg -k` shows it. Safe to print.
    public let key: String

    /// A signer; both texts are escaped here.
    public init(kind: Kind, name: String, key: String) {
        self.kind = kind
        self.name = Escaped(name).bare
        self.key = Escaped(key).bare
    }

    /// "ann@example.org (ssh SHA256:…)"
    public var description: String { "\(name) (\(kind.rawValue) \(key))" }
}

/// Why a commit's signature is not good. Told apart by what stands in the signature and by exit statuses, never by what
/// a program tells people.
public struct SignatureFault: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: String, CaseIterable, Sendable {
        /// There is no signature.
        case unsigned = "commit-unsigned"
        /// It is neither one of ssh nor one of OpenPGP, such as X.509, or cannot be read.
        case format = "commit-signature-format"
        /// It was made for something else than git.
        case namespace = "commit-signature-namespace"
        /// It does not belong to this commit.
        case bad = "commit-signature-bad"
        /// The signature itself had an end, which is past.
        case signatureExpired = "commit-signature-expired"
        /// The key is not in the controller's list.
        case unknown = "commit-signer-unknown"
        /// The key was revoked.
        case revoked = "commit-signer-revoked"
        /// The key was not valid any more.
        case expired = "commit-signer-expired"
        /// The key was not valid yet.
        case early = "commit-signer-early"
        /// The list has the key for other things than git.
        case otherUse = "commit-signer-namespace"
        /// A program took too long over it, or said too much.
        case unjudged = "commit-signature-unjudged"
        /// More commits would have to be checked than one round may.
        case tooMany = "commits-too-many"
    }

    /// What is wrong.
    public let code: Code
    /// The same in words that follow upon "commit 0123456789": with who and which key, one line, escaped.
    public let message: String

    /// A fault.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What to do about it.
    public var hint: String {
        switch code {
        case .unsigned:
            "sign it anew (git commit --amend --no-edit -S; of several, git rebase --gpg-sign) and push it in place of"
                + " this one"
        case .format: "sign with gpg.format ssh or openpgp"
        case .namespace, .bad: "have whoever made it sign it anew, and ask how it came to be"
        case .signatureExpired: "sign it anew: git commit --amend --no-edit -S, and push it in place of this one"
        case .unknown: "if this key may sign, add it to the signers that havirt.conf names"
        case .revoked: "sign with a key that was not revoked, and find out who used this one"
        case .expired: "sign with a key that is valid, or extend this one in the signers that havirt.conf names"
        case .early: "sign once the key is valid, or correct the clock that dated the commit"
        case .otherUse: "allow the key for git: namespaces=\"git\" in allowed_signers"
        case .unjudged: "try again; if it stays so, look at it: git cat-file commit"
        case .tooMany: "push in smaller parts and let each be applied, or set demand: tip for one round"
        }
    }

    /// The same as a finding about a commit.
    func finding(about commit: ObjectID) -> Finding {
        Finding(.error, .commit(commit), code: code.rawValue, "commit \(commit.short) \(message)", hint: hint)
    }
}
