/// `iscsi/<name>.yaml`: one or more portals of one storage and its targets.
public struct ISCSISpec: Equatable, Sendable {
    /// The file's name.
    public let name: PortalName
    /// Its portals; several for multipath.
    public var portals: [ISCSIPortal]
    /// Its targets.
    public var targets: [ISCSITarget]
    /// Where sessions are wanted.
    public var presentation = Presentation.everywhere
    /// How to log in, where a password is needed.
    public var chap: CHAP?

    /// Where sessions are wanted.
    public enum Presentation: String, CaseIterable, Sendable {
        /// On every node.
        case everywhere
        /// Where a domain that needs it runs or is about to.
        case placed
    }

    /// A portal.
    public init(name: PortalName, portals: [ISCSIPortal] = [], targets: [ISCSITarget] = []) {
        self.name = name
        self.portals = portals
        self.targets = targets
    }
}

/// One iSCSI target.
public struct ISCSITarget: Equatable, Sendable {
    /// Its qualified name.
    public var name: ISCSITargetName
    /// The LUNs that are pinned.
    public var luns: [ISCSILUN]

    /// A target.
    public init(_ name: ISCSITargetName, luns: [ISCSILUN] = []) {
        self.name = name
        self.luns = luns
    }
}

/// One LUN of a target.
public struct ISCSILUN: Equatable, Sendable {
    /// Its number.
    public var lun: Int
    /// The identity that a device must show before it is used.
    public var wwid: String?

    /// A LUN.
    public init(lun: Int, wwid: String? = nil) {
        self.lun = lun
        self.wwid = wwid
    }

    /// Whether git takes `text` as a WWID.
    public static func takes(wwid text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                NameGrammar.isAlphanumeric($0) || $0 == 0x2E || $0 == 0x3A || $0 == 0x5F || $0 == 0x2D
            }
    }

    /// Whether both are pinned to one identity, in whichever spellings.
    func isPinned(as other: ISCSILUN) -> Bool {
        guard let mine = wwid, let its = other.wwid else { return false }
        return WWID(mine) == WWID(its)
    }
}

/// How to log in. The secret itself never stands in git.
public struct CHAP: Equatable, Sendable {
    /// Where a node has the secret.
    public enum Secret: Hashable, Sendable {
        /// A file that only root can read.
        case file(String)
        /// A systemd credential.
        case credential(String)
    }

    /// The user name.
    public var user: String
    /// Where a node has the secret.
    public var secret: Secret

    /// A reference.
    public init(user: String, secret: Secret) {
        self.user = user
        self.secret = secret
    }
}
