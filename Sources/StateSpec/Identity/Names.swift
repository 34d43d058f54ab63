/// A hypervisor's name: the name of its file in `nodes/`.
public typealias NodeName = Name<NodeKind>
/// A domain's name, for people; its identity is its `DomainUUID`.
public typealias DomainName = Name<DomainKind>
/// A cluster's name; it names havirt's folder on each node.
public typealias ClusterName = Name<ClusterKind>
/// A libvirt network's or bridge's name.
public typealias NetworkName = Name<NetworkKind>
/// The name of an `iscsi/` file.
public typealias PortalName = Name<PortalKind>
/// The name of an `apart` or `together` group.
public typealias GroupName = Name<GroupKind>

/// Names of nodes.
public enum NodeKind: NameKind {
    /// "node name"
    public static var title: String { "node name" }
}

/// Names of domains.
public enum DomainKind: NameKind {
    /// "domain name"
    public static var title: String { "domain name" }

    /// virsh reads a number as a libvirt id and a uuid as a uuid before it tries names.
    public static func objection(to text: String) -> String? {
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return "a number is a libvirt id to virsh"
        }
        if DomainUUID(text) != nil { return "it reads as a uuid" }
        return nil
    }
}

/// Names of clusters.
public enum ClusterKind: NameKind {
    /// "cluster name"
    public static var title: String { "cluster name" }
}

/// Names of libvirt networks and bridges.
public enum NetworkKind: NameKind {
    /// "network name"
    public static var title: String { "network name" }
}

/// Names of iSCSI portal files.
public enum PortalKind: NameKind {
    /// "portal name"
    public static var title: String { "portal name" }
}

/// Names of `apart` and `together` groups.
public enum GroupKind: NameKind {
    /// "group name"
    public static var title: String { "group name" }
}
