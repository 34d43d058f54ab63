import EndToEnd
import Testing

/// The namespace lab: three nodes with real sshd, libvirtd and QEMU, one lab for all tests.
enum Lab {
    static let nodes = ["alpha", "beta", "gamma"]
    static let targets = ["d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"]

    static let program = LabProgram(
        "lab", variable: "HAVIRT_LAB", prefix: "/tmp/havirt-labtests-",
        environment: ["HAVIRT_LAB_TARGETS": targets.joined(separator: " ")])
    static var state: String { program.state }
    static let sightings = program.state + ".sightings"

    /// Runs the lab's own command.
    @discardableResult
    static func lab(_ arguments: String..., expect status: Int32? = 0) async throws -> Ran {
        try await program.run(arguments, expect: status)
    }

    /// What libvirt on a node says, with no network in between.
    @discardableResult
    static func virsh(_ node: String, _ arguments: String..., expect status: Int32? = 0) async throws -> String {
        try await program.run(["virsh", node, "-q"] + arguments, expect: status).output
    }

    /// Starts a domain by hand.
    static func create(_ domain: TestDomain, on node: String, isPersistent: Bool = false) async throws {
        let folder = TemporaryFolder()
        try folder.write("domain.xml", domain.xml)
        let file = folder.path + "/domain.xml"
        guard isPersistent else {
            try await virsh(node, "create", file)
            return
        }
        try await virsh(node, "define", file)
        try await virsh(node, "start", domain.uuid)
    }

    /// On which nodes a QEMU runs with this domain's uuid, as the machine's own process table says.
    static func homes(of domain: TestDomain) async throws -> [String] {
        try await lab("qemus").lines.map { $0.split(separator: " ") }.filter { $0.last == domain.uuid[...] }.map {
            String($0[0])
        }.sorted()
    }

    /// How often the guest on a target has written its number there.
    static func count(_ domain: TestDomain) async throws -> Int {
        Int(try await lab("count", domain.target).lines.first ?? "") ?? -1
    }

    /// Writes down every domain that runs twice, until the lab is down.
    static func watch() async {
        _ = try? await program.run(["watch", sightings], expect: nil, seconds: 3_600)
    }

    /// Forgets what a test let run twice on purpose, once the watch has nothing more to say of it.
    static func forgetSightings() async throws {
        var before = ""
        repeat {
            before = try TextFile.read(sightings)
            try await Task.sleep(for: .seconds(1))
        } while try TextFile.read(sightings) != before
        try TextFile.write(sightings, "")
    }

    /// Waits until something is so; fails after `seconds`.
    static func wait(
        _ what: String, seconds: Double = 20, sourceLocation: SourceLocation = #_sourceLocation,
        until isSo: () async throws -> Bool
    ) async throws {
        guard try await !becomes(within: seconds, isSo) else { return }
        Issue.record("not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
    }

    /// Breaks something on a node for as long as the body runs.
    static func during(_ fault: Fault, on node: String, _ body: () async throws -> Void) async throws {
        try await lab("fault", fault.rawValue, node)
        do {
            try await body()
        } catch {
            try await lab("fault", fault.cure, node)
            throw error
        }
        try await lab("fault", fault.cure, node)
    }

    /// Lets no QEMU open or use its disk for as long as the body runs, so that a start hangs in libvirt.
    static func whileStoreHangs<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await lab("store", "freeze")
        do {
            let value = try await body()
            try await lab("store", "thaw")
            return value
        } catch {
            try await lab("store", "thaw")
            throw error
        }
    }

    enum Fault: String {
        /// No new connection, and no old one.
        case noSSH = "sshd-kill"
        case frozenLibvirt = "libvirtd-freeze"
        /// The daemon is gone, what it started lives.
        case noLibvirt = "libvirtd-kill"
        /// The cable is pulled.
        case cut
        /// A migration to the node takes some ten seconds, and half a minute if the domain is `large`.
        case slow

        var cure: String {
            switch self {
            case .noSSH: "sshd-start"
            case .frozenLibvirt: "libvirtd-thaw"
            case .noLibvirt: "libvirtd-start"
            case .cut: "uncut"
            case .slow: "fast"
            }
        }
    }

    /// Removes every domain of every node, and what clusters of earlier tests are remembered by: no node belongs to two.
    static func sweep() async throws {
        let script = """
            for uuid in $(virsh -q -c qemu:///system list --all --uuid); do
                virsh -q -c qemu:///system destroy $uuid
                virsh -q -c qemu:///system undefine --managed-save --keep-nvram $uuid
            done >/dev/null 2>&1
            rm -rf /var/lib/havirt/*
            left=$(virsh -q -c qemu:///system list --all --name) && [ -z "$left" ] || { echo "still there: $left"; exit 1; }
            """
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await lab("enter", node, "sh", "-c", script) } }
            try await group.waitForAll()
        }
    }
}
