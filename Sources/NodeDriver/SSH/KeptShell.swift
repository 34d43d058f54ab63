internal import ChildProcess
internal import Reconciler
internal import StateSpec

/// A shell on a node that stays open from one scan to the next: a scan through it costs the controller no process at
/// all, where ssh takes 5 ms of CPU even over a shared connection.
///
/// Only the scan script is ever run in one, because it changes nothing: after any doubt the shell is dropped and the
/// question is asked again, which for a command would not do.
struct KeptShell: Sendable {
    static let script = NodeScript(.scan, "admit() { :; }\n", loop)

    /// Reads `TOKEN SCRIPT-BYTES INPUT-BYTES`, the script and its input; has the script admitted; runs it in a subshell; and
    /// ends its output with what stood on standard error, `TOKEN STATUS ERROR-BYTES`, and the mark.
    ///
    /// `admit TEXT BYTES` is what a gate has its say by: it ends the shell where the text is not to run.
    static let loop: StaticString = #"""
        LC_ALL=C
        exec 3>&1
        while IFS=' ' read -r token script input; do
            case $token in '' | *[!0-9a-f]*) exit 90 ;; esac
            case $script in '' | *[!0-9]* | ???????*) exit 90 ;; esac
            case $input in '' | *[!0-9]* | ????????*) exit 90 ;; esac
            # A substitution drops newlines at the end, hence the dot.
            text=$(head -c "$script" && printf .) || exit 91
            text=${text%.}
            admit "$text" "$script"
            said=$(head -c "$input" | {
                (eval "$text")
                status=$?
                # What the script left unread must not be taken for the next question.
                cat >/dev/null
                exit "$status"
            } 2>&1 >&3)
            status=$?
            printf '%s%s %s %s:%s\n' "$said" "$token" "$status" "${#said}" "$token" >&3
        done
        """#

    let session: ChildSession

    /// Whether it can be asked at all.
    var isOpen: Bool { session.exit == nil }

    /// Runs a script; nil when the shell has ended or what it says is not understood. After anything but a reply the
    /// shell is of no use any more. A new shell is sent its own script first.
    func run(
        _ request: NodeRequest, deadline: Duration, after opening: [UInt8] = []
    ) async throws(ChildError) -> NodeReply? {
        let token = ScanToken()
        let script = request.script.bytes
        let output: [UInt8]?
        do throws(ChildError) {
            let header = Array("\(token.text) \(script.count) \(request.input.count)\n".utf8)
            try await session.send(opening + header + script + request.input)
            output = try await session.read(
                through: Array(":\(token.text)\n".utf8), deadline: deadline, bytesMax: request.outputBytesMax)
        } catch .ended {
            return nil
        }
        return output.flatMap { Self.reply($0, token) }
    }

    /// Takes the output apart; nil if it does not end as it must.
    static func reply(_ output: [UInt8], _ token: ScanToken) -> NodeReply? {
        // The token, two numbers, and the blanks before them.
        let tail = output.suffix(token.bytes.count + 2 + 3 + 18)
        guard let start = ByteText.find(token.bytes, in: tail) else { return nil }
        let words = output[(start + token.bytes.count)...].split(
            separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].isEmpty, let status = ByteText.number(words[1]), status < 256,
            let errorBytes = ByteText.number(words[2]), errorBytes <= start
        else { return nil }
        var output = output
        let errorStart = start - Int(errorBytes)
        let errorOutput = Array(output[errorStart..<start])
        output.removeLast(output.count - errorStart)
        return NodeReply(status: Int32(status), output: output, errorOutput: errorOutput)
    }
}
