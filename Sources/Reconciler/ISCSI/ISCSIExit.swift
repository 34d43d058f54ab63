/// An exit status of iscsiadm (`iscsi_err.h` of open-iscsi), and what follows from it.
///
/// One call for several portals gives the first error while the rest is done all the same: whatever it says, the sessions
/// are looked at afterwards.
public struct ISCSIExit: Hashable, Sendable {
    /// What follows from a status.
    public enum Meaning: Sendable {
        /// It was done.
        case done
        /// It may have been done before: the sessions tell.
        case seeSessions
        /// It can go well the next time.
        case passing
        /// It will not go well before somebody has changed something.
        case lasting
    }

    /// What was asked for.
    public enum Operation: Sendable {
        /// `--login`
        case login
        /// `--logout`
        case logout
        /// `-o new`, `-o update`, `-o delete`
        case record
        /// `--rescan`
        case rescan
        /// `-m discovery`
        case discovery
    }

    /// The status.
    public let status: Int32

    /// An exit status.
    public init(_ status: Int32) { self.status = status }

    /// What follows from it.
    public func meaning(for operation: Operation) -> Meaning {
        if status == 0 { return .done }
        return switch (operation, status) {
        case (.login, 15), (.logout, 2), (.logout, 21), (.record, 21): .seeSessions
        case (.login, 4), (.login, 8), (.login, 11), (.login, 29), (.login, 33): .passing
        case (.logout, 10), (.logout, 28), (.logout, 29), (.logout, 32): .passing
        case (.discovery, 4), (.discovery, 8), (.discovery, 11), (.discovery, 29), (.discovery, 33): .passing
        case (.record, 6), (_, 18), (_, 20): .passing
        default: .lasting
        }
    }

    /// What it says, with what to do where somebody can do something.
    public var words: String {
        switch status {
        case 2: "there is no such session"
        case 3: "the node is out of memory"
        case 4: "the portal cannot be reached"
        case 5: "the login failed"
        case 6: "the node's records of targets cannot be used; look at /etc/iscsi/nodes there"
        case 7: "the node's iscsiadm does not know the command; it may be too old"
        case 8: "the portal did not answer in time"
        case 10: "the target did not let go"
        case 11: "the target did not answer in time"
        case 12: "the kernel has no such transport; `modprobe iscsi_tcp` there"
        case 13: "the login on the node is not root"
        case 15: "there is a session already"
        case 18: "iscsid did not answer; see `systemctl status iscsid` there"
        case 19: "the target refused, and will go on so: it does not exist, or is hidden from this initiator"
        case 20: "iscsid does not run; see `systemctl status iscsid` there"
        case 21: "there is no such record, session or target"
        case 22: "sysfs could not be read"
        case 23: "the portal's name cannot be resolved"
        case 24: "the target refused the login: the user or password is wrong, or it does not let this initiator in"
        case 28: "a device of the session is in use"
        case 29: "it has to be tried again"
        case 32: "the initiator has no connection to the target"
        case 33: "the request timed out"
        case 124, 137: "it did not end in time"
        default: "iscsiadm failed"
        }
    }
}
