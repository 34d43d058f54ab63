internal import StateSpec

/// Where a migration goes.
enum MigrationURI {
    /// `qemu+ssh://HOST/system`, made of a host that was checked in lint and never of a URI from git: libvirt's URIs
    /// take parameters that run commands.
    static func text(of node: NodeSpec) -> String {
        let host = node.migrationHost
        return "qemu+ssh://" + (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host) + "/system"
    }
}
