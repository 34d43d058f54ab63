/// The files of one signature that is judged; they are removed with it.
final class SignatureFiles: Sendable {
    /// The signature as it stands in the commit.
    let signature: String
    /// The key of an ssh signature, as a public key file; of other signatures an empty file.
    let key: String

    init(_ number: Int, _ signature: [UInt8], key: String, in folder: WorkFolder) throws(SignerFileError) {
        self.signature = try folder.write("\(number).sig", signature)
        self.key = try folder.write("\(number).pub", Array(key.utf8))
    }

    deinit {
        WorkFolder.remove(signature)
        WorkFolder.remove(key)
    }
}
