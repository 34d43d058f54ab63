internal import ChildProcess
internal import Glibc
public import Reconciler
public import StateSpec

extension SSHTransport {
    /// Whether a host at this address proves that it holds a host key, whichever. Logs in nowhere.
    ///
    /// ssh tells a machine that is off from one that it does not trust, or may not log in to, by words alone. But it
    /// writes down the key of a host that it meets for the first time, and here every host is one.
    public func isHeard(_ node: SSHDestination, deadline: Duration) async throws(NodeError) -> Bool {
        var template = Array("/tmp/havirt-heard-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .unreadable("no temporary folder: \(String(cString: strerror(errno)))")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = folder + "/known_hosts"
        defer {
            unlink(file)
            rmdir(folder)
        }
        let request = NodeRequest(script: NodeScript(.other, ""), deadline: deadline)
        var child = childRequest(for: request, on: node, socket: nil)
        child.arguments = SSHArguments.meeting(knownHosts: file) + child.arguments
        do throws(ChildError) {
            _ = try await runChild(child)
        } catch {
            switch error {
            // It may have been met before that.
            case .deadlinePassed, .outputTooLarge: break
            case .cannotStart, .cancelled, .ended: throw .unreadable(ByteText.excerpt(error.description.utf8))
            }
        }
        var status = stat()
        return stat(file, &status) == 0 && status.st_size > 0
    }
}
