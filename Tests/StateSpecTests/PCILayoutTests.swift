import Testing

@testable import StateSpec

/// A guest names its network interfaces after their slots: its next start must not move a device.
@Suite struct PCILayoutTests {
    /// Of a device itself, not of the host's device behind it.
    private static let address = "\n      <address type='pci'"

    private static func portable(_ document: DomainDocument) -> String {
        String(decoding: document.portable.xml, as: UTF8.self)
    }

    /// The machines with bridges of old PCI, buses of their own or addresses of git's are the others.
    @Test func libvirtsOwnLayoutIsLeftToLibvirt() {
        let stored = DocumentCorpus.all.filter { $0.form == .persistent }
        let kept = stored.filter { Self.portable($0.node).contains(Self.address) }.map(\.name)
        #expect(
            kept == [
                "addresses-explicit.xml", "guest-database.xml", "iommu-virtio.xml", "q35-expander-bus.xml",
                "q35-pcie-to-pci-bridge.xml", "sata-ide-controllers.xml", "scsi-controllers.xml",
                "serial-unix-log.xml", "sound-ich9-audio.xml", "virtio-transitional.xml",
            ])
    }

    /// One of several network cards was detached once: those behind it would move up.
    @Test(arguments: ["guest-firewall.xml", "nic-bridge.xml"])
    func gap(_ name: String) throws {
        let document = try #require(DocumentCorpus.all.first { $0.name == name }).node
        #expect(!Self.portable(document).contains(Self.address))
        let changed = document.changed { domain in
            domain.change("devices") { devices in
                guard let first = devices.child("interface") else { return }
                devices.mapChildren { $0 == first ? nil : $0 }
            }
        }
        let interfaces = try DomainDocument(text: Self.portable(changed)).root.child("devices")?.children.filter {
            $0.name == "interface"
        }
        #expect(interfaces?.isEmpty == false)
        #expect(interfaces?.allSatisfy { $0.child("address")?["type"] == "pci" } == true)
    }

    /// A disk that was attached later sits behind the balloon.
    @Test func attachedLater() throws {
        let document = try #require(DocumentCorpus.all.first { $0.name == "nic-bridge.xml" }).node
        let changed = document.changed { domain in
            domain.change("devices") { devices in
                guard var disk = devices.child("disk") else { return }
                disk.change("target") { $0.set("dev", "vdz") }
                disk.change("address") { $0.set("slot", "0x06") }
                devices.append(disk)
            }
        }
        #expect(Self.portable(changed).contains("slot='0x06'"))
    }

    /// Ports for devices that are plugged in later are the domain's; where they are is libvirt's.
    @Test func sparePorts() throws {
        let document = try #require(DocumentCorpus.all.first { $0.name == "q35-versioned.xml" }).node
        #expect(!Self.portable(document).contains("pcie-root-port"))
        let changed = document.changed { domain in
            domain.change("devices") { devices in
                guard let port = devices.children.last(where: PCILayout.isRootPort) else { return }
                for index in 6...14 {
                    var spare = port
                    spare.set("index", "\(index)")
                    devices.append(spare)
                }
            }
        }
        let text = Self.portable(changed)
        #expect(text.ranges(of: "model='pcie-root-port'/>").count == 14)
        #expect(!text.contains(Self.address) && !text.contains("chassis"))
    }
}
