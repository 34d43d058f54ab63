import NodeDriver
import StateSpec

/// `ssh: {scanKey, actKey}`: the keys with which havirt logs in where nodes have its gate.
struct SSHKeySettings: Equatable {
    /// The private key that looks.
    var scan: String?
    /// The one that acts.
    var act: String?

    static let keys = ["scanKey", "actKey"]

    /// Reads what the file has.
    mutating func read(_ ssh: FieldReader) {
        scan = ssh.string("scanKey")
        act = ssh.string("actKey")
    }

    /// The keys as files that can be used; nil where none is set.
    func opened() throws -> SSHKeys? {
        guard let scan else {
            guard act == nil else {
                throw SettingsError("the settings name an actKey and no scanKey under ssh: havirt looks before it acts")
            }
            return nil
        }
        guard scan != act else {
            throw SettingsError("scanKey and actKey are one file: a node's gate gives each key one of the two roles")
        }
        let scanFile = try PrivateKeyFile(scan)
        guard let act else { return SSHKeys(scan: scanFile, act: nil) }
        return SSHKeys(scan: scanFile, act: try PrivateKeyFile(act))
    }

    /// Throws where this havirt can only look: nothing may be committed or begun that it cannot carry out.
    func demandActing() throws(Failure) {
        if scan != nil && act == nil { throw Failure(SSHTransport.noActKey) }
    }
}
