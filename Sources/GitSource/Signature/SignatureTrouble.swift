internal import Reconciler

/// Why there is no signer.
enum SignatureTrouble: Error {
    /// The commit's signature is not good, or cannot be judged.
    case fault(SignatureFault)
    /// The lists or the programs cannot be used, which says nothing about the commit.
    case setup(DesiredSourceError)

    static func fault(_ code: SignatureFault.Code, _ message: String) -> SignatureTrouble {
        .fault(SignatureFault(code, message))
    }

    /// The same where no commit is judged yet.
    var whileSettingUp: DesiredSourceError {
        switch self {
        case .fault(let fault): DesiredSourceError("signatures cannot be checked: a list of signers \(fault.message)")
        case .setup(let error): error
        }
    }
}
