/// A domain as a test wishes it: its files in the repository.
public struct TestDomain: Sendable {
    /// Its name.
    public var name: String
    /// The wish, as lines of YAML.
    public var wish: String
    /// The iSCSI target whose LUN 1 is its disk.
    public var target: String
    /// A block device that is its disk instead.
    public var device: String?
    /// The name in the XML, where it is not the same.
    public var nameInside: String?
    /// Whether its machine has a power button, without which a guest cannot be asked to shut down.
    public var hasPowerButton = true

    /// Nearly all of it stays empty.
    public var memoryMiB = 32

    /// A domain that is kept alive anywhere, unless the wish says otherwise.
    public init(_ name: String, target: String? = nil, _ wish: String = "run: keepalive\n") {
        self.name = name
        self.target = target ?? name
        self.wish = wish
    }

    /// The same with so much memory that a migration takes its time even where nearly all of it is empty.
    public var large: TestDomain {
        var large = self
        large.memoryMiB = 1_024
        return large
    }

    /// Its uuid, which follows from the name.
    public var uuid: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        return "5eb1\(padded.prefix(4))-0000-4000-8000-\(padded.suffix(12))"
    }

    private var source: String {
        if let device { return "<source dev='\(device)'/>" }
        let name = "iqn.2026-01.lab.havirt:\(target)/1"
        return "<source protocol='iscsi' name='\(name)'><host name='store' port='3260'/></source>"
    }

    /// The libvirt definition.
    public var xml: String {
        """
        <domain type='qemu'>
          <name>\(nameInside ?? name)</name>
          <uuid>\(uuid)</uuid>
          <memory unit='MiB'>\(memoryMiB)</memory>
          <vcpu>1</vcpu>
          <os>
            <type arch='x86_64' machine='pc'>hvm</type>
            <boot dev='hd'/>
          </os>
          <features>
            \(hasPowerButton ? "<acpi/>" : "<apic/>")
          </features>
          <on_poweroff>destroy</on_poweroff>
          <on_reboot>restart</on_reboot>
          <on_crash>destroy</on_crash>
          <devices>
            <disk type='\(device == nil ? "network" : "block")' device='disk'>
              <driver name='qemu' type='raw' cache='none'/>
              \(source)
              <target dev='vda' bus='virtio'/>
            </disk>
            <interface type='network'>
              <source network='lan'/>
              <model type='virtio'/>
            </interface>
          </devices>
        </domain>

        """
    }
}
