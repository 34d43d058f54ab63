import StateSpec

/// What git wishes in a hunt, as files.
struct Wishes {
    /// One domain.
    struct Domain {
        let name: String
        let uuid: DomainUUID
        /// The number of its LUN.
        let lun: Int
        var run = "keepalive"
        var nodes: [String] = []
        var isApart = false
        var isHeld = false
        var isOffline = false
        var isRemoved = false

        /// The definition; the unmanaged ones of people are made by it as well.
        var xml: String {
            """
            <domain type='kvm'>
              <name>\(name)</name>
              <uuid>\(uuid)</uuid>
              <memory unit='MiB'>512</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64' machine='q35'>hvm</type></os>
              <features><acpi/></features>
              <devices>
                <disk type='block' device='disk'>
                  <source dev='/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2026-01.hunt:store-lun-\(lun)'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
                <interface type='network'><source network='lan'/></interface>
              </devices>
            </domain>

            """
        }

        var yaml: String {
            var lines = ["run: \(run)"]
            if !nodes.isEmpty { lines.append("nodes: [\(nodes.joined(separator: ", "))]") }
            if isApart { lines.append("apart: [pair]") }
            if isHeld { lines.append("hold: {by: ann, reason: hunt}") }
            if isOffline { lines.append("migrate: offline") }
            lines.append("shutdown: {timeout: 10s, then: destroy}")
            return lines.joined(separator: "\n") + "\n"
        }
    }

    /// One node.
    struct Node {
        let name: String
        var isInMaintenance = false
        var isRetired = false
        var isRemoved = false
        /// The boot that an operator declared dead, and when.
        var fenced: (boot: DomainUUID, since: Timestamp)?

        var yaml: String {
            var lines = ["ssh: root@\(name)"]
            if isInMaintenance { lines.append("maintenance: true") }
            if isRetired { lines.append("retired: true") }
            if let fenced {
                lines.append("fenced: {bootId: \(fenced.boot), since: \(fenced.since), by: ann, reason: power is off}")
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    var domains: [Domain]
    var nodes: [Node]
    var isLastKnown = false
    var isGenerous = false
    /// Whether the commit has a mistake that nobody can overlook.
    var isBroken = false

    var files: [String: String] {
        var files = ["cluster.yaml": cluster]
        for node in nodes where !node.isRemoved { files["nodes/\(node.name).yaml"] = node.yaml }
        for domain in domains where !domain.isRemoved {
            files["domains/\(domain.name).xml"] = domain.xml
            files["domains/\(domain.name).yaml"] = domain.yaml
        }
        if isBroken { files["domains/broken.yaml"] = "run: [\n" }
        return files
    }

    private var cluster: String {
        """
        name: hunt
        memoryReserve: 256 MiB
        unreachable: \(isLastKnown ? "last-known" : "strict")
        budgets: {stops: \(isGenerous ? "100%" : "20%"), moves: \(isGenerous ? "100%" : "40%")}
        timeouts: {start: 20s, migrate: 40s, scan: 8s}

        """
    }
}
