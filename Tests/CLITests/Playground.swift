import EndToEnd

/// The folder in which transcripts are played: repositories and settings with the same contents in every run.
struct Playground: Sendable {
    let folder = TemporaryFolder()
    let program: Program
    /// The commit of `office`, which changes with the example.
    let commit: String
    /// Those of the other examples.
    private let others: [String]

    /// `office`, `shop` and `racks` are the examples of these names, the first with its scan in `observed.json`, the
    /// others in `shop.json` and `racks.json`; `demo` is the cluster of the demo, `drift.json` and `healthy.json` are scans
    /// of it; `change` is the office with a branch `topic` that changes it, one `words` that changes comments, and one
    /// `broken`; `storage` is the demo with iSCSI targets, and `sessions.json` a scan of it; `dark` is the office with nodes that nobody reaches, for verbs, which change it; `settings/` has good and
    /// bad settings; `new` is a work tree, `bare.git` and `adopted.git` are bare repositories, all without any commit;
    /// `running.json` is a scan of a cluster that nobody has written down, and `original` a tree of the original havirt.
    init() async throws {
        program = Program(in: folder.path, environment: ["HAVIRT_VAR": "var"])
        let office = try await TestRepository(at: folder.path + "/office")
        _ = try await program.run(["cp", "-r", Program.root + "/examples/office/cluster.d", "office/"])
        _ = try await program.run(["cp", Program.root + "/examples/office/observed.json", "."])
        commit = try await office.commit("office")
        var others: [String] = []
        for name in ["shop", "racks"] {
            let example = try await TestRepository(at: "\(folder.path)/\(name)")
            _ = try await program.run(["cp", "-r", "\(Program.root)/examples/\(name)/cluster.d", "\(name)/"])
            _ = try await program.run(["cp", "\(Program.root)/examples/\(name)/observed.json", "\(name).json"])
            others.append(try await example.commit(name))
        }
        let demo = try await TestRepository(at: folder.path + "/demo")
        _ = try await program.run(["cp", "-r", Program.root + "/cluster.d", "demo/"])
        _ = try await program.run(["sh", "-c", "cp \(Program.root)/Tests/CLITests/Scans/*.json ."])
        others.append(try await demo.commit("demo"))
        let storage = try await TestRepository(at: folder.path + "/storage")
        _ = try await program.run(["cp", "-r", Program.root + "/cluster.d", "storage/"])
        for (name, text) in Self.storage { try storage.write("cluster.d/\(name)", text) }
        others.append(try await storage.commit("storage"))
        others += try await Self.change(program, in: folder)
        others += try await Self.dark(program, in: folder)
        try await Self.signed(program, in: folder)
        self.others = others
        for repository in [["new"], ["--bare", "bare.git"], ["--bare", "adopted.git"]] {
            _ = try await program.run(["git", "init", "--quiet", "--initial-branch=main"] + repository)
        }
        _ = try await program.run(["cp", "-r", Self.data + "original", Self.data + "running.json", "."])
        try folder.write(".gitconfig", "[user]\n  name = Olga Operator\n  email = olga@example.org\n")
        for (name, text) in Self.settings { try folder.write("settings/\(name)", text) }
    }

    private static let data = Program.root + "/Tests/CLITests/Data/"

    /// Makes the repository `change`, and gives back its commits.
    private static func change(_ program: Program, in folder: TemporaryFolder) async throws -> [String] {
        let change = try await TestRepository(at: folder.path + "/change")
        _ = try await program.run(["cp", "-r", Program.root + "/examples/office/cluster.d", "change/"])
        var commits = [try await change.commit("office")]
        try await change.git("checkout", "--quiet", "-b", "words")
        try change.write("cluster.d/domains/scanner.yaml", "# It cannot be moved.\nrun: keepalive\n\nmigrate: never\n")
        commits.append(try await change.commit("words"))
        try await change.git("checkout", "--quiet", "-b", "topic", "main")
        try change.write("cluster.d/nodes/oak.yaml", "ssh: root@oak.office.example\nfailureDomain: cupboard\n")
        try change.write("cluster.d/nodes/elm.yaml", "ssh: root@elm.office.example\n")
        try change.write("cluster.d/domains/wiki.yaml", "run: keepalive\nnodes: [oak]\n")
        for file in ["lab.xml", "lab.yaml"] { try change.remove("cluster.d/domains/\(file)") }
        commits.append(try await change.commit("topic"))
        try await change.git("checkout", "--quiet", "-b", "broken", "main")
        try change.write("cluster.d/domains/wiki.yaml", "runn: keepalive\n")
        commits.append(try await change.commit("broken"))
        try await change.git("checkout", "--quiet", "main")
        return commits
    }

    /// Makes the repository `dark`, and gives back its commit.
    private static func dark(_ program: Program, in folder: TemporaryFolder) async throws -> [String] {
        let dark = try await TestRepository(at: folder.path + "/dark")
        _ = try await program.run(["cp", "-r", Program.root + "/examples/office/cluster.d", "dark/"])
        try dark.write("cluster.d/nodes/oak.yaml", "# by the door\nssh: root@127.0.0.1:1   # nobody\n")
        try dark.write("cluster.d/nodes/pine.yaml", "ssh: root@127.0.0.1:2\n")
        try await dark.git("config", "user.name", "Olga Operator")
        try await dark.git("config", "user.email", "olga@example.org")
        return [try await dark.commit("dark")]
    }

    /// Makes the repository `signed` and its signers: Olga may sign, with the key `olga`, and Max may not, with `max`.
    private static func signed(_ program: Program, in folder: TemporaryFolder) async throws {
        let signed = try await TestRepository(at: folder.path + "/signed")
        _ = try await program.run(["cp", "-r", "dark/cluster.d", "signed/"])
        for name in ["olga", "max"] {
            _ = try await program.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name])
        }
        try folder.write("signers", "olga@example.org \(try folder.read("olga.pub"))")
        try folder.write(
            "settings/signed", "repository: signed\nbranch: main\nsigners:\n  ssh: \(folder.path)/signers\n")
        for (name, value) in [("user.name", "Olga Operator"), ("user.email", "olga@example.org")] {
            try await signed.git("config", name, value)
        }
        try await signed.git("config", "gpg.format", "ssh")
        try await signed.git("config", "commit.gpgsign", "true")
        try await signed.git("config", "user.signingkey", folder.path + "/olga")
        try await signed.commit("signed")
        try await signed.git("checkout", "--quiet", "-b", "unsigned")
        try signed.write("cluster.d/domains/wiki.yaml", "run: stopped\n")
        try await signed.git("-c", "commit.gpgsign=false", "commit", "-aqm", "wiki: stopped")
        try await signed.git("checkout", "--quiet", "-b", "strange", "main")
        try signed.write("cluster.d/domains/wiki.yaml", "run: stopped\n")
        try await signed.git("-c", "user.signingkey=\(folder.path)/max", "commit", "-aqm", "wiki: stopped")
        try await signed.git("checkout", "--quiet", "main")
    }

    private static let storage = [
        "iscsi/san.yaml": """
        # the storage in rack 2, by both switches
        portals: [10.78.0.1, 10.78.0.2]
        targets:
          - iqn: iqn.2026-01.lab.havirt:vol1
            luns:
              - lun: 1 # the database
                wwid: naa.60014050000000000000000000000001
          - iqn.2026-01.lab.havirt:vol2

        """,
        "iscsi/nas.yaml": """
        portals: [nas]
        presentation: placed
        targets:
          - iqn.2026-01.lab.havirt:batch1
          - iqn.2026-01.lab.havirt:db1
          - iqn.2026-01.lab.havirt:web1
          - iqn.2026-01.lab.havirt:web2

        """,
        "domains/db1.yaml": "run: manual\n",
        "domains/disk.xml": """
        <domain type='qemu'>
          <name>disk</name>
          <uuid>6a1f5c1e-0b7d-4f5e-9c6a-3d2b8e7f1aff</uuid>
          <memory unit='MiB'>32</memory>
          <vcpu>1</vcpu>
          <os><type arch='x86_64' machine='pc'>hvm</type></os>
          <devices>
            <disk type='block' device='disk'>
              <source dev='/dev/disk/by-path/ip-10.78.0.1:3260-iscsi-iqn.2026-01.lab.havirt:vol1-lun-1'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <disk type='block' device='disk'>
              <source dev='/dev/disk/by-path/ip-10.78.0.9:3260-iscsi-iqn.2026-01.lab.havirt:vol2-lun-1'/>
              <target dev='vdb' bus='virtio'/>
            </disk>
            <disk type='block' device='disk'>
              <source dev='/dev/disk/by-id/wwn-0x60014050000000000000000000000005'/>
              <target dev='vdc' bus='virtio'/>
            </disk>
          </devices>
        </domain>

        """,
    ]

    private static let settings = [
        "good": "repository: office\nbranch: main\n",
        "unknown-key": "repositry: office\n",
        "wrong-type": "repository: [office]\ndryrun: maybe\nssh: yes\n",
        "twice": "branch: main\nbranch: other\n",
        "empty": "",
        "broken": "branch: [main\n",
        "policy":
            "repository: office\nxmlPolicy: {networks: [lan, guests], disks: {roots: [/srv/images], formats: [raw, qcow2]}}\n",
        "policy-empty": "repository: office\nxmlPolicy: {}\n",
        "policy-wrong": """
        repository: office
        xmlPolicy:
          domainTypes: [kvm, lxc]
          emulators: [qemu-system-x86_64]
          disks: {roots: [/srv/../etc, /srv/], targets: [web], formats: [qcow3]}
          network: [lan]
          allow: [hostdevs, no-such-thing]

        """,
        "no-branch": "repository: office\nbranch: topic\n",
        "scan.pub":
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILlWYSPn0dBSIpc5bDF4i7rZuINDcQyUc41oaqoOkIN7 ann@ops1\n",
        "act.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINnn3P1Ov4Yt6n0O+7f85x64vdU0vsbZ5MDQTyDc11w8\n",
    ]

    /// Runs a command line in a shell; gives back all that it printed, and its exit status when that is not 0.
    func play(_ command: String) async throws -> String {
        let ran = try await program.run(["/bin/sh", "-c", "exec 2>&1; \(command)"])
        var text = ran.output.replacing(folder.path, with: "FOLDER")
        var changed: [String] = []
        for repository in ["dark", "signed", "new", "bare.git", "adopted.git"] where command.contains(repository) {
            changed += try await commits(of: repository)
        }
        for commit in [commit] + others + changed {
            text = text.replacing(commit, with: "COMMIT").replacing(commit.prefix(10), with: "COMMIT")
        }
        text = text.replacing(try Regex("SHA256:[A-Za-z0-9+/]{43}"), with: "SHA256:KEY")
        // A saved scan has its own moments, and they stay.
        if command.contains("dark") || command.contains("signed --branch main") {
            text = try await Self.withoutToday(text, program)
        }
        let end = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        return text + end + (ran.status == 0 ? "" : "# exit \(ran.status)\n")
    }

    private func commits(of repository: String) async throws -> [String] {
        try await program.run(["git", "-C", repository, "log", "--all", "--format=%H"]).lines
    }

    /// Moments of today, or of yesterday where midnight has just passed, and the runs that are named after them.
    private static func withoutToday(_ text: String, _ program: Program) async throws -> String {
        var text = text
        for day in ["now", "yesterday"] {
            let date = try await program.run(["date", "-u", "-d", day, "+%F %Y%m%d"]).output.split { $0.isWhitespace }
            guard date.count == 2 else { throw TestFailure("date: \(date)") }
            text = text.replacing(try Regex("\(date[0])T[0-9:]{8}Z"), with: "NOW")
            text = text.replacing(try Regex("\(date[1])t[0-9]{6}-[a-z0-9]{8}"), with: "RUN")
        }
        return text
    }
}
