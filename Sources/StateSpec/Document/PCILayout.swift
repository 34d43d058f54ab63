/// Where the PCI devices of a domain sit: where libvirt would put the same devices anew, or elsewhere.
///
/// It matters to the guest, which names its network interfaces after their slots. libvirt goes through the devices in a
/// fixed order of kinds, and gives each the next slot (machine `pc`) or root port (`q35`). A device that was removed
/// leaves a gap, and one that was attached later stands behind its like: without addresses, the next start would move
/// others. In doubt the layout counts as made by hand.
enum PCILayout {
    /// Whether libvirt would make this layout by itself, as far as it can be told.
    static func isLibvirts(_ devices: DomainElement) -> Bool {
        let placed = devices.children.enumerated().compactMap { Placed($1, at: $0) }
        let movable = placed.filter { !$0.isFixed }.sorted { $0.place < $1.place }
        for (one, next) in zip(movable, movable.dropFirst()) {
            guard (one.rank, one.index) < (next.rank, next.index), next.place == one.place.next else { return false }
        }
        // The first of the slots or ports that are free; `pc` has its own devices in the first two.
        guard let first = movable.first?.place else { return true }
        return first == (first.bus == 0 ? Place(bus: 0, slot: 2) : Place(bus: 1, slot: 0))
    }

    /// Whether somebody gave it more root ports, to plug devices into, than libvirt would.
    static func hasSparePorts(_ devices: DomainElement) -> Bool {
        let ports = devices.children.filter(isRootPort).count
        let used = Set(devices.children.compactMap { Placed($0, at: 0)?.place.bus }.filter { $0 > 0 }).count
        return ports > used + 1
    }

    static func isRootPort(_ device: DomainElement) -> Bool {
        device.name == "controller" && device["type"] == "pci" && device["model"] == "pcie-root-port"
    }

    private struct Place: Comparable {
        let bus: UInt64
        let slot: UInt64

        /// The next slot on the only bus, or the next root port.
        var next: Place { bus == 0 ? Place(bus: 0, slot: slot &+ 1) : Place(bus: bus &+ 1, slot: slot) }

        static func < (left: Place, right: Place) -> Bool { (left.bus, left.slot) < (right.bus, right.slot) }
    }

    /// A device with a PCI address, buses left out.
    private struct Placed {
        let place: Place
        let index: Int
        let rank: Int
        /// Whether the machine itself, and not the order of the devices, says where it is.
        let isFixed: Bool

        init?(_ device: DomainElement, at index: Int) {
            guard let address = device.child("address"), address["type"] == "pci",
                !(device.name == "controller" && device["type"] == "pci")
            else { return nil }
            func number(_ name: String) -> UInt64 { DocumentMeaning.number(address[name] ?? "0") ?? .max }
            place = Place(bus: number("bus"), slot: number("slot"))
            self.index = index
            rank = Self.rank(device)
            isFixed = place.bus == 0 && Self.isOfChipset(device, slot: place.slot, function: number("function"))
        }

        private static func isOfChipset(_ device: DomainElement, slot: UInt64, function: UInt64) -> Bool {
            switch (device.name, device["type"]) {
            case ("controller", "ide"): slot == 1 && function == 1
            case ("controller", "usb"): slot == 1 && function == 2 || slot == 0x1d || slot == 0x1a
            case ("controller", "sata"): slot == 0x1f && function == 2
            case ("video", _): slot == 1 && function == 0
            case ("sound", _): slot == 0x1b && function == 0
            default: false
            }
        }

        /// libvirt's order of kinds, as its own layouts show it.
        private static func rank(_ device: DomainElement) -> Int {
            switch device.name {
            case "video": device.child("model")?["primary"] == "yes" ? 0 : 9
            case "filesystem": 1
            case "interface": device["type"] == "hostdev" ? 6 : 2
            case "sound": 3
            case "controller": 4
            case "disk": 5
            case "hostdev": 6
            case "memballoon": 7
            case "rng": 8
            case "memory": 10
            case "input": 11
            case "shmem": 12
            default: 13
            }
        }
    }
}
