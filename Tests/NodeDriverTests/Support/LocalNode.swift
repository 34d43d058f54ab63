import ChildProcess
import Glibc
import Reconciler
import StateSpec
import Synchronization

@testable import NodeDriver

/// This machine as a node: the real scripts, run by a shell here, with a virsh that answers from files.
final class LocalNode: Transport {
    let folder: String
    let shell: String
    private let edit: ScriptEdit?

    /// `shell` is what `/bin/sh` is on the node, and its scripts may lack a check.
    init(shell: String = "dash", edit: ScriptEdit? = nil) throws {
        self.shell = shell
        self.edit = edit
        var template = Array("/tmp/havirt-node-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFileError(path: "/tmp") }
        folder = String(cString: made)
        for name in ["bin", "answers", "run", "lib"] { mkdir("\(folder)/\(name)", 0o755) }
        try writeFile("\(folder)/bin/virsh", FakeVirsh.text.utf8, mode: 0o755)
        try writeFile("\(folder)/bin/id", "#!/bin/sh\necho 0\n".utf8, mode: 0o755)
        try answer("version", "Using library: libvirt 9.0.0\nRunning hypervisor: QEMU 7.2.22\n")
        try answer("nodeinfo", "CPU(s):              2\nMemory size:         5204184 KiB\n")
        try answer("capabilities", "<capabilities>\n<host>\n<uuid>\(Self.hostUUID)</uuid>\n</host>\n</capabilities>\n")
    }

    deinit { _ = system("rm -rf '\(folder)'") }

    static let hostUUID = "00000000-0000-4000-8000-00000000000a"

    /// Sets what virsh answers to one command; the file is named by the command's words.
    func answer(_ command: String, _ text: String) throws {
        try writeFile("\(folder)/answers/\(command)", text.utf8)
    }

    /// Adds a domain to all listings.
    func add(_ uuid: String, name: String, isActive: Bool, state: String) throws {
        let paused = state.hasPrefix("paused") ? ["list --uuid --state-paused"] : []
        let rest = isActive ? ["list --uuid"] + paused : ["list --all --uuid --persistent"]
        for list in ["list --all --uuid"] + rest {
            let old = (try? readFile("\(folder)/answers/\(list)")) ?? []
            try writeFile("\(folder)/answers/\(list)", old + Array("\(uuid)\n".utf8))
        }
        try answer("domstate --reason \(uuid)", "\(state)\n")
        try answer("domjobinfo \(uuid)", "Job type:         None        \n")
        try answer(
            "dumpxml \(uuid)",
            """
            <domain type='kvm'>
              <name>\(name)</name>
              <uuid>\(uuid)</uuid>
              <memory unit='KiB'>65536</memory>
              <vcpu>1</vcpu>
              <os><type arch='x86_64'>hvm</type></os>
            </domain>

            """)
    }

    /// What virsh was called with so far: a line for each call.
    var calls: [String] {
        ((try? readFile("\(folder)/calls")) ?? []).split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    func run(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> NodeReply {
        var child = child(request)
        child.input = patched(request.script) + request.input
        let result: ChildResult
        do throws(ChildError) {
            result = try await runChild(child)
        } catch {
            throw .transport(SSHFailure.silence(error, deadline: request.deadline))
        }
        guard case .code(let status) = result.exit else { throw .unreadable("\(result.exit)") }
        // Ours looks like the node's.
        var output = result.output
        for root in ["/sys/block", "/dev/disk", "/dev/mapper", "/sys/class/iscsi", "/etc/iscsi", "/var/lib/iscsi"] {
            output.replace(Array("\(folder)\(root)".utf8), with: Array(root.utf8))
        }
        return NodeReply(status: status, output: output, errorOutput: result.errorOutput)
    }

    func open(_ request: NodeRequest, on node: SSHDestination) async throws(NodeError) -> any NodeSession {
        do throws(ChildError) {
            let session = try await ChildSession.start(child(request))
            try await session.send(patched(request.script) + request.input)
            return SSHSession(session)
        } catch {
            throw .transport(SSHFailure.silence(error, deadline: request.deadline))
        }
    }

    /// The script with the places that it looks at moved below our folder.
    func patched(_ script: NodeScript) -> [UInt8] {
        let parts = edit == nil ? Self.templates.parts(of: script) { Self.template($0) } : Self.template(apply(script))
        return Array(parts.joined(separator: folder.utf8))
    }

    private func apply(_ script: NodeScript) -> String {
        let text = String(decoding: script.bytes, as: UTF8.self)
        return edit.map { text.replacing($0.check, with: $0.instead) } ?? text
    }

    private static let templates = ScriptTemplates()

    /// What stands before, between and behind the places where the name of a folder belongs.
    private static func template(_ script: String) -> [[UInt8]] {
        var text = script
        text.replace("/run/havirt", with: "\u{1}/run")
        text.replace("/var/lib/havirt", with: "\u{1}/lib")
        for root in [
            "/etc/libvirt", "/sys/block", "/dev/disk", "/dev/mapper", "/run/libvirtd.pid", "/run/virtlockd.pid",
            "/proc/net/unix", "/root/", "/etc/ssh/ssh_host", "/sys/class/net", "/sys/class/iscsi", "/etc/iscsi",
            "/var/lib/iscsi", "/proc/swaps", "/sys/fs/btrfs", "/etc/credstore",
        ] {
            text.replace(root, with: "\u{1}" + root)
        }
        text.replace("-> \"/run/", with: "-> \"\u{1}/lun/")
        return text.utf8.split(separator: 1, omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Makes a file where the script looks for it.
    func place(_ path: String, _ text: String) throws {
        guard system("mkdir -p '\(folder)\(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])'") == 0 else {
            throw TestFileError(path: path)
        }
        try writeFile(folder + path, text.utf8)
    }

    /// Runs a shell command in the folder.
    func shell(_ command: String) throws {
        guard system("cd '\(folder)' && {\n\(command)\n}") == 0 else { throw TestFileError(path: command) }
    }

    private func child(_ request: NodeRequest) -> ChildRequest {
        let bootstrap = SSHArguments.bootstrap(scriptBytes: patched(request.script).count)
            .replacing("/bin/sh", with: shell)
        return ChildRequest(
            executable: "/bin/sh", arguments: ["-c", bootstrap],
            environment: ["PATH": "\(folder)/bin:/usr/bin:/bin", "HAVIRT_FAKE": folder],
            deadline: request.deadline, outputBytesMax: request.outputBytesMax)
    }
}

/// A virsh that answers from files, as far as the scripts use it.
enum FakeVirsh {
    static let text = #"""
        #!/bin/sh
        answers=$HAVIRT_FAKE/answers
        [ "$1" != -q ] || shift
        if [ "$1" = -k ]; then
            echo "$2" >>"$HAVIRT_FAKE/keepalive"
            shift 2
        fi
        shift 2
        printf '%s\n' "$*" | tr '\n' ' ' >>"$HAVIRT_FAKE/calls"
        echo >>"$HAVIRT_FAKE/calls"
        if [ -e "$answers/refuse" ]; then
            echo 'error: failed to connect to the hypervisor' >&2
            exit 1
        fi
        if [ -e "$answers/hang" ]; then sleep 60; fi
        if [ $# -gt 1 ] || [ -e "$answers/run" ]; then
            for argument in "$@"; do printf '%s\n' "[$argument]" >>"$HAVIRT_FAKE/arguments"; done
            [ "$1" != create ] || cat "$3" >"$HAVIRT_FAKE/created"
            [ ! -e "$answers/seconds" ] || sleep "$(cat "$answers/seconds")"
            [ ! -e "$answers/fail" ] || { echo 'error: it failed' >&2; exit 1; }
            echo done
            exit 0
        fi
        IFS=';'
        set -f
        for command in $1; do
            case $command in
            '') ;;
            echo\ *) printf '%s' "${command#echo }" ;;
            *)
                if [ -e "$answers/$command" ]; then
                    cat "$answers/$command"
                else
                    case $command in
                    dom* | dumpxml*) echo "error: failed to get domain" >&2 ;;
                    esac
                fi
                ;;
            esac
        done
        exit 0
        """# + "\n"
}

/// Templates of whole scripts, made once: in a test build, searching in a text takes its time.
private final class ScriptTemplates: Sendable {
    private let made = Mutex<[[UInt8]: [[UInt8]]]>([:])

    func parts(of script: NodeScript, make: (String) -> [[UInt8]]) -> [[UInt8]] {
        let bytes = script.bytes
        if let parts = made.withLock({ $0[bytes] }) { return parts }
        let parts = make(String(decoding: bytes, as: UTF8.self))
        made.withLock { $0[bytes] = parts }
        return parts
    }
}
