import GitSource
import Reconciler
import StateSpec

/// `signers:` of `havirt.conf`: who may sign commits, and of which commits a signature is asked. Without it, of none.
struct Signers: Equatable {
    /// The lists.
    let lists: SignerLists
    /// Of which commits.
    let demand: SignatureDemand

    static let keys = ["ssh", "revoked", "openpgp", "demand"]

    /// Reads them; what is wrong becomes a finding, and none are given back.
    init?(_ fields: FieldReader) {
        // Relative to what, nobody could say: the working directory may belong to whoever can push.
        let ssh = fields.absolutePath("ssh")
        let revoked = fields.absolutePath("revoked")
        demand = fields.choice("demand", as: SignatureDemand.self) ?? .every
        let openpgp = fields.absolutePath("openpgp")
        if let mark = fields.mark(of: "revoked"), !fields.has("ssh") {
            fields.findings.add(
                at: mark, "bad-value", "'signers.revoked' is about keys of 'signers.ssh', and there are none",
                hint: "a revoked OpenPGP key is exported anew, with its revocation")
        }
        let list = ssh.map { SignerLists.SSH(allowed: $0, revoked: revoked) }
        guard let lists = SignerLists(ssh: list, openpgp: openpgp) else {
            if !fields.has("ssh"), !fields.has("openpgp") {
                fields.findings.add(
                    at: fields.mark, "missing-key", "'signers' names no list, so nobody could sign",
                    hint: "name one with 'ssh' or 'openpgp'")
            }
            return nil
        }
        self.lists = lists
    }
}
