import StateSpec
import Testing

/// The rules that look across files.
@Suite struct RuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let changes: [String: String]
        let expected: [String]

        init(_ title: String, _ changes: [String: String], _ expected: [String]) {
            (testDescription, self.changes, self.expected) = (title, changes, expected)
        }
    }

    static let web2 = "domains/web2.xml"

    static let references: [Case] = [
        Case("a YAML needs its XML", ["domains/db.yaml": "run: stopped\n"], ["domains/db.yaml:1:1: no-definition"]),
        Case("an XML needs no YAML", [web2: Sample.xml("web2", 2)], []),
        Case(
            "prefer outside nodes", ["domains/web1.yaml": "nodes: [n1]\nprefer: n2\n"],
            ["domains/web1.yaml:2:9: prefer-outside-nodes"]),
        Case("prefer unknown", ["domains/web1.yaml": "prefer: n3\n"], ["domains/web1.yaml:1:9: unknown-node"]),
        Case(
            "all retired", ["nodes/n2.yaml": "retired: true\n", "domains/web1.yaml": "nodes: n2\n"],
            ["domains/web1.yaml:1:1: retired-nodes"]),
        Case(
            "a broken node is known", ["nodes/n2.yaml": "ssh: -oProxyCommand=x\n", "domains/web1.yaml": "nodes: n2\n"],
            ["nodes/n2.yaml:1:6: invalid-ssh"]),
        Case("same ssh", ["nodes/n2.yaml": "ssh: admin@N1:22\n"], ["nodes/n2.yaml:1:1: duplicate-ssh"]),
        Case("other port", ["nodes/n2.yaml": "ssh: n1:2222\n"], []),
        Case("unknown label", ["domains/web1.yaml": "requires: [sdd]\n"], ["domains/web1.yaml:1:12: unknown-label"]),
        Case(
            "no node left", ["domains/web1.yaml": "nodes: [n2]\nrequires: ssd\n"],
            ["domains/web1.yaml:2:1: no-candidate-node"]),
        Case("node name differs", ["nodes/n1.yaml": "name: n2\n"], ["nodes/n1.yaml:1:7: name-differs"]),
        Case(
            "host device with a way out",
            [
                "domains/web1.xml": Sample.xml("web1", 1, devices: "<hostdev/>"),
                "domains/web1.yaml": "migrate: offline\n",
            ], []),
    ]

    static let order: [Case] = [
        Case("unknown after", ["domains/web1.yaml": "after: [web9]\n"], ["domains/web1.yaml:1:9: unknown-domain"]),
        Case("after itself", ["domains/web1.yaml": "after: web1\n"], ["domains/web1.yaml:1:1: after-cycle"]),
        Case(
            "cycle of two",
            [
                web2: Sample.xml("web2", 2), "domains/web2.yaml": "after: [web1]\n",
                "domains/web1.yaml": "after: web2\n",
            ],
            ["domains/web1.yaml:1:1: after-cycle"]),
        Case("order", [web2: Sample.xml("web2", 2), "domains/web2.yaml": "after: [web1]\n"], []),
    ]

    static let groups: [Case] = [
        Case(
            "no common node",
            [
                web2: Sample.xml("web2", 2), "domains/web1.yaml": "together: app\nnodes: [n1]\n",
                "domains/web2.yaml": "together: [app]\nnodes: [n2]\n",
            ], ["domains/web2.yaml:2:1: together-without-node"]),
        Case(
            "soft needs none",
            [
                web2: Sample.xml("web2", 2), "domains/web1.yaml": "together: app\nnodes: [n1]\n",
                "domains/web2.yaml": "together: [{group: app, soft: true}]\nnodes: [n2]\n",
            ], []),
        Case(
            "apart and together",
            [
                web2: Sample.xml("web2", 2), "domains/web1.yaml": "together: app\napart: db\n",
                "domains/web2.yaml": "together: [app]\napart: [x, db]\n",
            ], ["domains/web2.yaml:2:12: group-clash"]),
        Case(
            "together by way of a third",
            [
                web2: Sample.xml("web2", 2), "domains/web3.xml": Sample.xml("web3", 3),
                "domains/web1.yaml": "together: a\napart: db\n", "domains/web2.yaml": "together: [a, b]\n",
                "domains/web3.yaml": "together: b\napart: db\n",
            ], ["domains/web3.yaml:2:8: group-clash"]),
    ]

    static func pair(_ left: String, _ right: String) -> [String: String] {
        [
            "domains/web1.xml": Sample.xml("web1", 1, devices: left), web2: Sample.xml("web2", 2, devices: right),
        ]
    }

    static let image = "/srv/images/a"
    static let block = "<disk type='block'><source dev='\(image)'/><target dev='vda'/></disk>"
    static let standing =
        "<disk type='file'><source file='/srv/images/b'/><target dev='vda'/>"
        + "<backingStore type='file'><source file='\(image)'/><backingStore/></backingStore></disk>"
    static let clash = ["domains/web2.xml:9:1: disk-clash"]
    static let noTarget = "domains/web1.xml:9:1: disk-without-target"

    static let lun = "iqn.2024-01.lab.store:vol1"
    static let wwid = "60000000000000000e00000000010001"
    static let byPath = "/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-\(lun)-lun-1"
    static let iscsi =
        "<disk type='network'><source protocol='iscsi' name='\(lun)/1'><host name='b'/></source>"
        + "<target dev='vda'/></disk>"
    static let pin = "portals: [10.78.0.1]\ntargets: [{iqn: '\(lun)', luns: [{lun: 1, wwid: '3\(wwid)'}]}]\n"

    static func device(_ path: String) -> String {
        "<disk type='block'><source dev='\(path)'/><target dev='vda'/></disk>"
    }

    static let luns: [Case] = [
        Case("by-path and the network disk of one LUN", pair(device(byPath), iscsi), [noTarget] + clash),
        Case(
            "another portal, IPv6",
            pair(device(byPath), device(byPath.replacing("10.78.0.1:", with: "fd00:78::1:"))), [noTarget] + clash),
        Case("another LUN", pair(device(byPath), device(byPath.dropLast() + "2")), [noTarget]),
        Case("a partition and its device", pair(device(byPath), device(byPath + "-part1")), [noTarget] + clash),
        Case(
            "a device and its partition", pair(device(byPath + "-part1"), device(byPath)), [noTarget] + clash),
        Case("two partitions", pair(device(byPath + "-part1"), device(byPath + "-part2")), [noTarget]),
        Case(
            "multipath and by-id", pair(device("/dev/mapper/3\(wwid)"), device("/dev/disk/by-id/wwn-0x\(wwid)")), clash),
        Case(
            "by-path and by-id, not pinned", pair(device(byPath), device("/dev/disk/by-id/wwn-0x\(wwid)")),
            [noTarget]),
        Case(
            "by-path and by-id, pinned",
            pair(device(byPath), device("/dev/disk/by-id/scsi-3\(wwid)")).merging(["iscsi/san.yaml": pin]) { $1 }, clash
        ),
        Case(
            "the network disk and a partition by id, pinned",
            pair(iscsi, device("/dev/disk/by-id/scsi-3\(wwid)-part2")).merging(["iscsi/san.yaml": pin]) { $1 }, clash),
    ]

    /// One domain with one disk, in a repository with the pinned LUN and other files of `iscsi/`.
    static func alone(_ disk: String, _ others: [String: String] = [:]) -> [String: String] {
        ["domains/web1.xml": Sample.xml("web1", 1, devices: disk), "iscsi/san.yaml": pin].merging(others) { $1 }
    }

    static let targets: [Case] = [
        Case("a LUN of a target", alone(device(byPath)), []),
        Case("a partition of it", alone(device(byPath + "-part1")), []),
        Case("a LUN that is not pinned", alone(device(byPath.dropLast() + "2")), []),
        Case("QEMU's own initiator", alone(iscsi), []),
        Case(
            "QEMU's own initiator, another target", alone(iscsi.replacing("vol1", with: "vol2")),
            ["domains/web1.xml:9:1: disk-without-target"]),
        Case("another target", alone(device(byPath.replacing("vol1", with: "vol2"))), [noTarget]),
        Case(
            "another target, while a file of iscsi/ cannot be read",
            alone(device(byPath.replacing("vol1", with: "vol2")), ["iscsi/nas.yaml": "[]\n"]),
            ["iscsi/nas.yaml:1:1: wrong-type"]),
        Case(
            "another portal", alone(device(byPath.replacing("10.78.0.1:", with: "10.78.0.2:"))),
            ["domains/web1.xml:9:1: disk-off-portal"]),
        Case(
            "another portal behind a bus",
            alone(device(byPath.replacing("ip-10.78.0.1:", with: "pci-0-ip-10.78.0.2:"))),
            ["domains/web1.xml:9:1: disk-off-portal"]),
        Case("its portal behind a bus", alone(device(byPath.replacing("/ip-", with: "/pci-0000:03:00.0-ip-"))), []),
        Case(
            "a longer spelling of an IPv6 portal",
            alone(
                device(byPath.replacing("10.78.0.1:", with: "fd00:78:0::1:")),
                ["iscsi/san.yaml": pin.replacing("10.78.0.1", with: "'[fd00:78:0::1]'")]),
            ["domains/web1.xml:9:1: disk-off-portal"]),
        Case(
            "an IPv6 portal",
            alone(
                device(byPath.replacing("10.78.0.1:", with: "fd00:78::1:")),
                ["iscsi/san.yaml": pin.replacing("10.78.0.1", with: "'[fd00:78:0::1]'")]), []),
        Case("a pinned WWID", alone(device("/dev/disk/by-id/wwn-0x\(wwid)")), []),
        Case(
            "a WWID that nothing pins", alone(device("/dev/mapper/3\(wwid.dropLast())2")),
            ["domains/web1.xml:9:1: disk-not-pinned"]),
        Case("a logical volume", alone(device("/dev/disk/by-id/dm-uuid-LVM-abc")), []),
        Case("a disk of NVMe", alone(device("/dev/disk/by-id/nvme-eui.0025385b71b0b5f2")), []),
        Case(
            "a target in two files", alone("", ["iscsi/tan.yaml": "portals: [b]\ntargets: ['\(lun)']\n"]),
            ["iscsi/tan.yaml:2:11: duplicate-target"]),
        Case(
            "a target in two files, with two WWIDs",
            alone("", ["iscsi/tan.yaml": pin.replacing("0001'", with: "0002'")]),
            ["iscsi/tan.yaml:2:11: duplicate-target", "iscsi/tan.yaml:2:11: pin-clash"]),
        Case(
            "two LUNs with one WWID",
            ["iscsi/san.yaml": pin.replacing("}]}]", with: "}, {lun: 2, wwid: naa.\(wwid)}]}]")],
            ["iscsi/san.yaml:2:\(24 + lun.utf8.count + 55 + 2): pin-clash"]),
    ]

    @Test func whoKeepsNoTargetsInGitIsToldOnce() {
        let findings = Sample.findings(Self.pair(Self.device(Self.byPath), Self.device(Self.byPath.dropLast() + "2")))
        #expect(findings.map(\.severity) == [.notice])
        #expect(findings.first?.message.hasSuffix("the target \(Self.lun), nor those of 1 more disks") == true)
        let with = Sample.findings(Self.alone(Self.device(Self.byPath.replacing("vol1", with: "vol2"))))
        #expect(with.map(\.severity) == [.warning])
        #expect(with.first?.hint == "did you mean '\(Self.lun)'?")
    }

    static let disks: [Case] = [
        Case("same file", pair(Sample.disk(image), Sample.disk(image)), clash),
        Case("file and block device", pair(Sample.disk(image), block), clash),
        Case("on another's image", pair(Sample.disk(image), standing), clash),
        Case(
            "one reads only", pair(Sample.disk(image), Sample.disk(image, flags: "<readonly/>")), clash),
        Case(
            "both shareable",
            pair(Sample.disk(image, flags: "<shareable/>"), Sample.disk(image, flags: "<shareable/>")), []),
        Case(
            "both on one base",
            pair(standing, standing.replacing("/srv/images/b", with: "/srv/images/c")), []),
        Case(
            "outside shared paths", ["domains/web1.xml": Sample.xml("web1", 1, devices: Sample.disk("/srv/other"))],
            ["domains/web1.xml:9:1: local-disk"]),
        Case(
            "unlisted network",
            [
                "cluster.yaml": "networks: [default]\n",
                "domains/web1.xml": Sample.xml(
                    "web1", 1, devices: "<interface type='network'><source network='defualt'/></interface>"),
            ], ["domains/web1.xml:9:1: unlisted-network"]),
    ]

    @Test(arguments: references + order + groups + luns + targets + disks) func rule(row: Case) {
        #expect(Sample.findings(row.changes).map { "\($0.place): \($0.code)" } == row.expected)
    }

    @Test func cycleIsNamed() {
        let findings = Sample.findings([
            Self.web2: Sample.xml("web2", 2), "domains/web2.yaml": "after: [web1]\n",
            "domains/web1.yaml": "after: web2\n",
        ])
        #expect(findings.first?.message.hasSuffix("web1 -> web2 -> web1") == true)
    }
}
