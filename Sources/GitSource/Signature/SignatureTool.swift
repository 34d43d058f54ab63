internal import ChildProcess
internal import Reconciler
internal import StateSpec

/// Runs ssh-keygen and gpg, with nothing of the environment but where programs are and which time zone is here.
struct SignatureTool: Sendable {
    /// "ssh-keygen" or "gpg".
    let name: String
    /// The Debian package that has it.
    let package: String
    let folder: WorkFolder

    /// Long for a program that only counts, and short for a round that waits.
    private static let deadline = Duration.seconds(20)

    func run(_ arguments: [String], input: [UInt8] = []) async throws(SignatureTrouble) -> ChildResult {
        var request = ChildRequest(
            executable: name, arguments: arguments,
            environment: ["HOME": folder.path, "GNUPGHOME": folder.path], workingDirectory: folder.path, input: input,
            deadline: Self.deadline, outputBytesMax: OpenPGPStatus.bytesMax)
        request.inherits = ["PATH", "TZ"]
        do throws(ChildError) {
            return try await runChild(request)
        } catch {
            switch error {
            // A signature may have been made for this; whoever may not sign shall not stop rounds with it.
            case .deadlinePassed, .outputTooLarge:
                throw .fault(.unjudged, "bears a signature on which \(name) gave up: \(error)")
            case .cannotStart:
                throw .setup(
                    DesiredSourceError("signatures cannot be checked: \(error): install the package \(package)"))
            case .cancelled, .ended: throw .setup(DesiredSourceError("signatures cannot be checked: \(error)"))
            }
        }
    }
}
