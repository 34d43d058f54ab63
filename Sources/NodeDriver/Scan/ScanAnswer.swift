internal import Reconciler
internal import StateSpec

/// What a scan's output says.
enum ScanAnswer {
    /// All that was asked, whole and consistent; and what to remember of it.
    case answered(ObservedNode, ScanMemory.Entry)
    /// Domains came or went between two commands: worth one more look, and no answer.
    case unsteady(Silence)
    /// No answer.
    case silent(Silence)
}

extension ScanAnswer {
    /// Reads the output of the scan script. `old` only spares work; it never stands in for what is missing.
    static func read(_ reply: NodeReply, of request: ScanRequest, old: ScanMemory.Entry?) -> ScanAnswer {
        do throws(Unreadable) {
            let frames = try Frames(reply.output, token: request.token)
            let facts = try HostFacts(try frames.frame("host"))
            guard facts.isRoot || !Guard.onlyRootIsHeard.isOn else {
                return .silent(Silence(.notRoot, "log in as root"))
            }
            if let failure = try failure(in: frames, limit: request.limit) { return failure }
            return try ScanReader(frames: frames, facts: facts, depth: request.depth, old: old).read()
        } catch {
            var detail = error.what
            if reply.status != 0 { detail += "; exit status \(reply.status)" }
            let said = ByteText.excerpt(reply.errorOutput)
            if !said.isEmpty { detail += "; it says: \(said)" }
            return .silent(Silence(.unreadable, detail))
        }
    }

    /// What virsh itself complained of, if anything.
    private static func failure(in frames: Frames, limit: Seconds) throws(Unreadable) -> ScanAnswer? {
        let lines = try ByteText.lines(try frames.frame("status"))
        guard lines.count == 1, let status = ByteText.number(lines[0]) else {
            throw Unreadable("the status of virsh is not understood")
        }
        let errors = try frames.frame("errors")
        if status != 0, Guard.failureIsSilence.isOn {
            // 124 and 137 are those of timeout(1).
            let isLate = status == 124 || status == 137
            let why = isLate ? "virsh had not finished after \(limit)" : ByteText.excerpt(errors)
            return .silent(Silence(.hypervisor, why))
        }
        // With status 0 a command in the middle failed. Mostly its domain has just gone: that is seen by looking again.
        guard !errors.isEmpty, Guard.errorsVoidAScan.isOn else { return nil }
        return .unsteady(Silence(.hypervisor, ByteText.excerpt(errors)))
    }
}
