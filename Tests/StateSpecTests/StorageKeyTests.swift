import Testing

@testable import StateSpec

@Suite("which storage a name stands for")
struct StorageKeyTests {
    static let iqn = "iqn.2024-01.lab.store:vol1"
    static let naa = "60000000000000000e00000000010001"

    /// Spellings of one storage each; `#N` is a partition of it.
    static let spellings: [[String]] = [
        [
            "/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(iqn)-lun-1",
            "/dev/disk/by-path/ip-fd00:78::12:3260-iscsi-\(iqn)-lun-1",
            "/dev/disk/by-path/pci-0000:03:00.0-ip-10.78.0.2:3260-iscsi-\(iqn)-lun-1",
            "//dev/./disk//by-path/ip-10.78.0.1:3260-iscsi-IQN.2024-01.lab.store:vol1-lun-1",
            "iscsi:\(iqn)/1",
        ],
        ["iscsi:\(iqn)", "/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(iqn)-lun-0"],
        ["iscsi:\(iqn)/256", "/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(iqn)-lun-0x4100000000000000"],
        [
            "/dev/disk/by-id/wwn-0x\(naa)", "/dev/disk/by-id/scsi-3\(naa)", "/dev/disk/by-id/dm-uuid-mpath-3\(naa)",
            "/dev/disk/by-id/dm-name-3\(naa)", "/dev/mapper/3\(naa)", "/dev/disk/by-id/wwn-0x\(naa.uppercased())",
        ],
        ["/dev/mapper/mpatha", "/dev/disk/by-id/dm-name-mpatha"],
        ["/dev/vg0/web-1", "/dev/mapper/vg0-web--1", "/dev/disk/by-id/dm-name-vg0-web--1"],
        ["/dev/disk/by-id/scsi-1IET_00010001", "/dev/disk/by-id/scsi-1IET__00010001"],
        ["/srv/images/a", "/srv//images/./a"],
    ]

    static func source(_ text: String) -> DomainDisk.Source {
        text.hasPrefix("iscsi:")
            ? .network(protocol: "iscsi", name: String(text.dropFirst(6)), hosts: ["10.78.0.1"]) : .block(path: text)
    }

    @Test func spellingsOfOneStorageAreOneKey() throws {
        for group in Self.spellings {
            let keys = try group.map { try #require(StorageKey(Self.source($0))) }
            #expect(Set(keys).count == 1, "\(group): \(keys)")
        }
        let firsts = Self.spellings.compactMap { StorageKey(Self.source($0[0])) }
        #expect(Set(firsts).count == Self.spellings.count, "two groups are one")
    }

    @Test(
        arguments: [
            ("/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(iqn)-lun-1", "-part2", 2),
            ("/dev/disk/by-id/wwn-0x\(naa)", "-part10", 10), ("/dev/disk/by-id/scsi-3\(naa)", "-part1", 1),
            ("/dev/mapper/mpatha", "-part1", 1), ("/dev/mapper/mpatha", "1", 1), ("/dev/mapper/3\(naa)", "-part1", 1),
            ("/dev/mapper/3\(naa)", "p1", 1), ("/dev/sdab", "12", 12),
            ("/dev/nvme0n1", "p2", 2), ("/dev/disk/by-id/ata-QEMU_HARDDISK_1", "-part1", 1),
        ])
    func aPartitionIsPartOfItsDevice(whole: String, suffix: String, number: Int) {
        let (device, part) = (StorageKey(path: whole), StorageKey(path: whole + suffix))
        #expect(part == StorageKey(device.device, partition: number))
        #expect(device.overlaps(part) && part.overlaps(device) && part.overlaps(part))
        #expect(!part.overlaps(StorageKey(device.device, partition: number + 1)))
    }

    @Test func mapsAreKnownByTheirUUIDs() {
        #expect(StorageKey(path: "/dev/disk/by-id/dm-uuid-part2-mpath-3\(Self.naa)").partition == 2)
        #expect(StorageKey(mapUUID: "mpath-3\(Self.naa)") == StorageKey(.wwid(WWID("naa.\(Self.naa)"))))
        #expect(StorageKey(mapUUID: "LVM-a") != StorageKey(mapUUID: "LVM-b"))
    }

    @Test func namesThatTellNothingStayThemselves() {
        for path in [
            "/dev/disk/by-uuid/11112222-part1", "/dev/disk/by-label/data", "/dev/sda", "/dev/loop7", "/dev/nvme0n1",
            "/dev/dm-3", "/dev/disk/by-path", "/dev", "/dev/sd1", "/dev/sda0", "/dev/mapper/vg-data1",
            "/dev/disk/by-path/ip-10.0.0.1:3260-iscsi--lun-1", "relative", "", "/dev/zvol/pool/vol", "/srv/é\u{0}",
        ] {
            #expect(StorageKey(path: path) == StorageKey(.path(path)))
        }
        #expect(StorageKey(.empty) == nil && StorageKey(.other(type: "nvme")) == nil)
        #expect(StorageKey(Self.source("iscsi:a/b/c"))?.device == .network(protocol: "iscsi", name: "a/b/c"))
        #expect(StorageKey(Self.source("iscsi:a/-1"))?.device == .network(protocol: "iscsi", name: "a/-1"))
    }

    @Test(
        arguments: [
            "naa.\(naa)", "3\(naa)", "wwn-0x\(naa)", "0x\(naa)", naa, "NAA.x", "t10.IET     00010001", "1IET_00010001",
            "eui.0025385b01b02e9f", "20025385b01b02e9f", "", "3", "naa.", "LVM-abc",
        ])
    func aWWIDHasOneSpelling(text: String) {
        let once = WWID(text)
        #expect(WWID(once.text) == once)
        if text.hasSuffix(Self.naa) { #expect(once.text == "naa.\(Self.naa)") }
        if text.hasSuffix("00010001") { #expect(once.text == "t10.IET_00010001" || text.hasSuffix(Self.naa)) }
        if text.hasSuffix("2e9f") { #expect(once.text == "eui.0025385b01b02e9f") }
    }

    @Test func aPinMakesALUNItsWWID() throws {
        var portal = ISCSISpec(name: try PortalName("san"))
        let name = try #require(ISCSITargetName(Self.iqn))
        portal.targets = [ISCSITarget(name, luns: [ISCSILUN(lun: 1, wwid: "3\(Self.naa)"), ISCSILUN(lun: 2)])]
        let pins = StoragePins([portal])
        let path = "/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(Self.iqn)-lun-"
        #expect(pins.resolve(StorageKey(path: path + "1-part2")) == StorageKey(.wwid(WWID(Self.naa)), partition: 2))
        #expect(pins.resolve(StorageKey(path: path + "2")) == StorageKey(path: path + "2"))
    }

    @Test func sourcesWithoutAPathAreKnownByTheirNames() {
        let volume = DomainDisk.Source.volume(pool: "p", volume: "v")
        #expect(StorageKey(volume) == StorageKey(StorageKey.Device.volume(pool: "p", volume: "v")))
        #expect(StorageKey(volume) != StorageKey(DomainDisk.Source.volume(pool: "p", volume: "w")))
        let rbd = DomainDisk.Source.network(protocol: "rbd", name: "p/v", hosts: ["a:6789"])
        #expect(StorageKey(rbd) == StorageKey(StorageKey.Device.network(protocol: "rbd", name: "p/v")))
    }

    @Test func anyBytesAreAName() {
        var generator = SplitMix(state: 7)
        let pieces = [
            "/dev/", "disk/by-path/", "ip-", "-iscsi-", "-lun-", "0x", "mapper/", "mpath", "-part", "9", "p", "é",
        ]
        for _ in 0..<3_000 {
            let path = (0..<8).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            let key = StorageKey(path: path)
            #expect(key == StorageKey(path: path) && key.overlaps(key))
        }
    }
}
