internal import Reconciler

/// `virsh version`.
enum VersionInfo {
    /// The library's version and the hypervisor's name with its version.
    static func parse(_ text: ArraySlice<UInt8>) throws(Unreadable) -> HypervisorVersions {
        let lines = try KeyedLines(text)
        let library = ByteText.excerpt(try lines["Using library"], linesMax: 1)
        // "libvirt 9.0.0"; the version alone is kept.
        let version = library.split(separator: " ").last.map(String.init) ?? library
        // Absent where libvirt cannot tell: no emulator is installed. That node runs nothing, but it is no silence.
        let hypervisor = lines.optional("Running hypervisor").map { ByteText.excerpt($0, linesMax: 1) }
        return HypervisorVersions(libvirt: version, hypervisor: hypervisor ?? "unknown")
    }
}
