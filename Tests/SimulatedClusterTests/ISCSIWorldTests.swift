import NodeDriver
import Reconciler
import StateSpec
import Testing

@testable import SimulatedCluster

/// A simulated world of iSCSI, asked by the real driver, does as real nodes did.
@Suite struct ISCSIWorldTests {
    private static let wwid = "naa.60014050000000000000000000000001"

    /// One node, and a target with one LUN through two portals.
    private final class World: @unchecked Sendable {
        let time = VirtualTime(seed: 1)
        let cluster: SimulatedCluster
        let node: SimulatedNode
        let hypervisor: VirshHypervisor
        let spec: NodeSpec
        let target: ISCSITargetName
        let portal: ISCSIPortal
        let other: ISCSIPortal
        let name: ClusterName

        init(account: SimulatedTargets.Account? = nil) throws {
            cluster = SimulatedCluster(time: time, begin: Timestamp(secondsSinceEpoch: 1_800_000_000), seed: 1)
            spec = NodeSpec(name: try NodeName("alpha"))
            name = try ClusterName("demo")
            node = cluster.addNode(spec.name)
            target = try #require(ISCSITargetName("iqn.2024-01.lab:a"))
            portal = try #require(ISCSIPortal("10.0.0.1"))
            other = try #require(ISCSIPortal("10.0.0.2"))
            var targets = SimulatedTargets()
            targets.targets[target] = SimulatedTargets.Target(
                portals: [portal, other], luns: [1: SimulatedTargets.LUN(wwid: wwid, bytes: 1 << 30)], account: account)
            cluster.declareTargets(targets)
            let controller = SimulatedController("test", cluster)
            let process = controller.begin()
            hypervisor = VirshHypervisor(
                transport: SimulatedTransport(cluster, controller, process: process),
                clock: SimulatedClock(controller, cluster, process: process), executor: time)
        }

        /// Does all of it, one after the other; the status of each command, and what each look showed. Once for a world.
        func play(_ acts: [Act]) throws -> (statuses: [String], sights: [ObservedNode]) {
            let result: Result<([String], [ObservedNode]), any Error> = time.run { [self] in
                do {
                    return .success(try await doAll(acts))
                } catch {
                    return .failure(error)
                }
            }
            let (statuses, sights) = try result.get()
            return (statuses, sights)
        }

        private func doAll(_ acts: [Act]) async throws -> ([String], [ObservedNode]) {
            let holder = LockHolder(
                cluster: name, run: try RunID("ours"), from: "x", since: cluster.now, activity: "apply")
            let lock = try await hypervisor.lock(spec, holder: holder)
            let epoch = try #require(Epoch(7))
            try await lock.claim(epoch)
            let guardian = CommandGuard(
                cluster: name, run: try RunID("ours"), epoch: epoch, bootID: try #require(node.boot).id,
                notAfter: Seconds(1 << 30))
            var statuses: [String] = []
            var sights: [ObservedNode] = []
            for act in acts {
                switch act {
                case .command(let command): statuses.append(await status(of: command, guardian))
                case .change(let change): change(self)
                case .look:
                    let scan = await hypervisor.scan(spec, of: name, deadline: Seconds(60))
                    guard case .answered(let seen) = scan else {
                        Issue.record("\(scan)")
                        throw CancellationError()
                    }
                    sights.append(seen)
                }
            }
            await lock.release()
            return (statuses, sights)
        }

        private func status(of command: ISCSICommand, _ guardian: CommandGuard) async -> String {
            do throws(NodeError) {
                try await hypervisor.perform(.iscsi(command), on: spec, guard: guardian)
                return "0"
            } catch {
                switch error {
                case .exit(let status, _): return "\(status)"
                case .unfinished: return "unfinished"
                case .refused(let why): return why
                default: return "\(error)"
                }
            }
        }
    }

    /// What is done to a world.
    private enum Act: Sendable {
        case command(ISCSICommand)
        case change(@Sendable (World) -> Void)
        case look
    }

    @Test func aLoginBringsTheDiskWithItsNames() throws {
        let world = try World()
        let (target, portal) = (world.target, world.portal)
        let (statuses, sights) = try world.play([
            .command(.login(target, portal)), .command(.addRecord(target, portal)), .command(.login(target, portal)),
            .command(.login(target, portal)), .command(.deleteRecord(target, portal)), .look,
            .command(.logout(target, portal)), .command(.logout(target, portal)),
            .command(.deleteRecord(target, portal)), .command(.deleteRecord(target, portal)), .look,
        ])
        #expect(statuses == ["21", "0", "0", "15", "15", "0", "21", "0", "21"])
        #expect(
            sights[0].iscsi?.value?.sessions == [
                ISCSISession(
                    number: 1, target: target, portal: portal, state: .loggedIn,
                    devices: [
                        ISCSIDevice(name: "sda", lun: 1, wwid: WWID(Self.wwid), bytes: 1 << 30, state: "running")
                    ])
            ])
        #expect(
            sights[0].storage?.links == [
                "/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-iqn.2024-01.lab:a-lun-1": "sda",
                "/dev/disk/by-id/wwn-0x60014050000000000000000000000001": "sda",
            ])
        #expect(sights[1].iscsi?.value?.sessions == [] && sights[1].iscsi?.value?.records == [])
        #expect(sights[1].storage == nil)
    }

    @Test func aDeadPortalTakesItsTimeAndFailsWhatWentThroughIt() throws {
        let world = try World()
        let (target, portal, other) = (world.target, world.portal, world.other)
        let short = ISCSICommand.Setting("node.session.initial_login_retry_max", "1")
        let (statuses, sights) = try world.play([
            .change { $0.cluster.setPortal($0.other, .hangs) }, .command(.addRecord(target, portal)),
            .command(.login(target, portal)), .command(.addRecord(target, other)),
            .command(.update(target, other, [short])), .command(.login(target, other)), .look,
            .change { $0.cluster.setPortal($0.portal, .refuses) }, .command(.rescan(target, portal)), .look,
        ])
        #expect(statuses == ["0", "0", "0", "0", "8", "0"])
        #expect(sights.map { $0.iscsi?.value?.sessions.map(\.state) } == [[.loggedIn], [.failed]])
        #expect(sights[1].iscsi?.value?.sessions.first?.devices.map(\.state) == ["blocked"])
    }

    /// With Debian's patience the client is given up first, and iscsid may go on.
    @Test func aClientThatIsGivenUpLeavesItsMarker() throws {
        let world = try World()
        let (target, portal) = (world.target, world.portal)
        let (statuses, sights) = try world.play([
            .change { $0.cluster.setPortal($0.portal, .hangs) }, .command(.addRecord(target, portal)),
            .command(.login(target, portal)), .command(.login(target, portal)), .look,
        ])
        let held = "an earlier command for this target may still take effect there"
        #expect(statuses == ["0", "unfinished", held])
        #expect(sights[0].inFlight.map(\.verb) == [.iscsiLogin])
        #expect(sights[0].inFlight.map(\.uuid) == [target.marker])
        #expect(sights[0].processes.isEmpty)
    }

    @Test func whatTheStorageChangedIsSeenAfterARescan() throws {
        let world = try World()
        let (target, portal) = (world.target, world.portal)
        let one = Self.wwid
        let two = "naa.60014050000000000000000000000002"
        let (statuses, sights) = try world.play([
            .command(.addRecord(target, portal)), .command(.login(target, portal)),
            .change {
                $0.cluster.targets?.targets[target]?.luns = [
                    1: SimulatedTargets.LUN(wwid: one, bytes: 2 << 30),
                    2: SimulatedTargets.LUN(wwid: two, bytes: 1 << 20),
                ]
            }, .look, .command(.rescan(target, portal)), .look,
            .change {
                $0.cluster.targets?.targets[target]?.luns = [2: SimulatedTargets.LUN(wwid: one, bytes: 1 << 20)]
            },
            .command(.rescan(target, portal)), .look,
            .command(.removeDevice(target, portal, lun: 1, name: "sdb")),
            .command(.removeDevice(target, portal, lun: 1, name: "sda")), .look,
        ])
        #expect(statuses == ["0", "0", "0", "0", "the disk is not that of the LUN any more; scan again", "0"])
        let disks: [[ISCSIDevice]] = sights.map { $0.iscsi?.value?.sessions.first?.devices ?? [] }
        let mebibytes: [[Int64]] = disks.map { $0.map { $0.bytes >> 20 } }
        #expect(mebibytes == [[1024], [2048, 1], [0, 1], [1]])
        #expect(disks[1].map(\.wwid) == [WWID(one), WWID(two)])
        #expect(disks[2].last?.wwid == WWID(one))
        #expect(disks[3].map(\.name) == ["sdb"])
    }

    @Test func aPasswordIsNeededWhereTheTargetWantsOne() throws {
        let world = try World(account: SimulatedTargets.Account(user: "ann", password: "hunter2"))
        let (target, portal) = (world.target, world.portal)
        let settings = [
            ISCSICommand.Setting("node.session.auth.authmethod", "CHAP"),
            ISCSICommand.Setting("node.session.auth.username", "ann"),
        ]
        let password = Act.command(.setPassword(target, portal, .file("/etc/chap")))
        let (statuses, _) = try world.play([
            password, .command(.addRecord(target, portal)), .command(.login(target, portal)),
            .command(.update(target, portal, settings)), password, .command(.login(target, portal)),
            .change { $0.node.initiator?.passwords["/etc/chap"] = "hunter2" }, password,
            .command(.login(target, portal)),
        ])
        let absent = "the password is not there; put it into a file of root's with mode 0600"
        #expect(statuses == [absent, "0", "24", "0", absent, "24", "0", "0"])
    }

    @Test func aSessionInUseIsKeptByTheNode() throws {
        func play() throws -> [String] {
            let world = try World()
            let (target, portal) = (world.target, world.portal)
            return try world.play([
                .command(.addRecord(target, portal)), .command(.login(target, portal)),
                .change {
                    $0.node.initiator?.sessions[1]?.disks["sda"]?.users = [DeviceUser(.mount, "/srv/a b")]
                }, .command(.logout(target, portal)),
            ]).statuses
        }
        #expect(try play() == ["0", "0", "it is in use there: the mount /srv/a b has sda"])
        #expect(try Guard.$off.withValue([.usersAreCheckedOnTheNode]) { try play() } == ["0", "0", "0"])
    }

    @Test func aNodeAsksAPortalForItsTargets() throws {
        let world = try World()
        world.cluster.setPortal(world.other, .refuses)
        let (hypervisor, spec, portal, other) = (world.hypervisor, world.spec, world.portal, world.other)
        let answers = world.time.run {
            [await hypervisor.discover(portal, on: spec), await hypervisor.discover(other, on: spec)]
        }
        #expect(answers[0] == .offered([ISCSIDiscovery.Offer(target: world.target, portal: portal)]))
        guard case .failed = answers[1] else {
            Issue.record("\(answers)")
            return
        }
    }

    @Test func automaticRecordsLogInAtBoot() throws {
        let world = try World()
        let (target, portal, other) = (world.target, world.portal, world.other)
        let (_, sights) = try world.play([
            .command(.addRecord(target, portal)), .command(.login(target, portal)), .command(.addRecord(target, other)),
            .command(.update(target, other, [ISCSICommand.Setting("node.startup", "automatic")])),
            .change {
                $0.cluster.powerOff($0.node)
                $0.cluster.powerOn($0.node)
            }, .look,
        ])
        #expect(sights[0].iscsi?.value?.sessions.map(\.portal) == [other])
        #expect(sights[0].iscsi?.value?.records.count == 2)
    }
}
