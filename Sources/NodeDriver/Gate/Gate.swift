internal import ChildProcess
public import Reconciler
public import StateSpec

/// What is put on nodes so that havirt's keys can do only what havirt does.
public struct Gate: Sendable {
    private let entries: [GateEntry]

    /// The script for `/usr/local/sbin/havirt-gate`.
    public var script: String { GateScript.text(entries) }

    /// The gate for the scripts of this havirt.
    ///
    /// - Parameter version: this havirt's, for people.
    public init(version: String) async throws(GateError) {
        var known = GateRole.allCases.flatMap { role in
            role.scripts.map { (GateEntry.Treatment.runs(role), $0.name, $0.script) }
        }
        known.append((.replaces, "kept-shell", KeptShell.script))
        var entries: [GateEntry] = []
        for (treatment, name, script) in known {
            let digest = try await Self.digest(script.bytes)
            entries.append(GateEntry(treatment: treatment, digest: digest, name: name, version: version))
        }
        self.entries = entries
    }

    private init(_ entries: [GateEntry]) { self.entries = entries }

    /// The same gate, which also lets through what an older one does: while controllers are upgraded, both versions get in.
    ///
    /// - Parameter previous: the older gate's text, as the older havirt printed it: what it lists is run on nodes. That it is
    ///   a list, and no more than one, is made sure of.
    public func keeping(_ previous: String) throws(GateError) -> Gate {
        guard let kept = GateEntry.parse(previous) else { throw .notAGate }
        // A digest has one meaning, ours: no older list makes a script of it that is run as it is.
        let ours = Set(entries.map(\.digest))
        let all = entries + kept.filter { !ours.contains($0.digest) }
        // What is printed can be kept in its turn.
        guard all.count <= GateEntry.countMax else { throw .tooManyKept }
        return Gate(all)
    }

    /// The line of `authorized_keys` for a key.
    public static func keyLine(_ role: GateRole, _ key: PublicKey) -> String {
        "restrict,command=\"\(GateScript.path) \(role.rawValue)\" \(key.identity.type) \(key.identity.blob) havirt-\(role)"
    }

    /// A command to paste that installs on a node what `source`, a command of this machine, prints.
    public static func installLine(
        _ part: Part, _ source: [String], on node: SSHDestination, _ tools: PastedTools
    ) -> String {
        let remote =
            switch part {
            // It is replaced as a whole: a half one might run anything, an empty one would shut havirt out in silence.
            case .script:
                "cd \(GateScript.folder) && umask 022 && cat >\(GateScript.name).new"
                    + " && tail -n 1 \(GateScript.name).new | grep -q \(GateScript.lastWord)"
                    + " && chmod 755 \(GateScript.name).new && mv \(GateScript.name).new \(GateScript.name)"
                    + " || { echo 'the gate did not come whole and is not installed' >&2; false; }"
            // The last line of the file may lack its end.
            case .keys: "(echo; cat) >>/root/.ssh/authorized_keys"
            }
        return ShellQuote.line(source) + " | " + tools.line(remote, on: node)
    }

    /// What is installed.
    public enum Part: CaseIterable, Sendable {
        /// The script.
        case script
        /// The lines of `authorized_keys`.
        case keys
    }

    /// SHA-256, as the node's own tool sees it.
    static func digest(_ bytes: [UInt8]) async throws(GateError) -> String {
        let result: ChildResult
        do throws(ChildError) {
            result = try await runChild(ChildRequest(executable: "sha256sum", input: bytes, deadline: .seconds(20)))
        } catch {
            throw .noDigest(ByteText.excerpt(error.description.utf8))
        }
        let digest = ByteText.string(result.output.prefix(64)[...])
        guard result.exit == .code(0), result.output.count > 64, digest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .noDigest("\(result.exit)") }
        return digest
    }
}

/// Why there is no gate.
public enum GateError: Error, Equatable, CustomStringConvertible {
    /// The text that was to be kept is no gate's.
    case notAGate
    /// It would let through more old scripts than a list may have.
    case tooManyKept
    /// The digests could not be made.
    case noDigest(String)

    /// One line, safe to print.
    public var description: String {
        switch self {
        case .notAGate: "it is no gate that `havirt node gate --script` has printed, or it is damaged"
        case .tooManyKept:
            "it would let through more than \(GateEntry.countMax) scripts; print one without --keep, and let older havirts go"
        case .noDigest(let why): "sha256sum cannot be run here (\(why)); install coreutils"
        }
    }
}
