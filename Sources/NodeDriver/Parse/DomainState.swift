internal import Reconciler

/// `virsh domstate --reason`: "running (booted)".
enum DomainState {
    /// Takes any words: what they mean is the table of `ObservedState`, which holds back on words it does not know.
    static func parse(_ text: ArraySlice<UInt8>) throws(Unreadable) -> ObservedState {
        let lines = try ByteText.filledLines(text)
        guard lines.count == 1, let line = lines.first, line.count <= 200, line.last == UInt8(ascii: ")"),
            let open = line.firstIndex(of: UInt8(ascii: "(")), open > line.startIndex + 1,
            line[open - 1] == UInt8(ascii: " ")
        else { throw Unreadable("a domain's state is not 'state (reason)'") }
        let state = line[..<(open - 1)]
        let reason = line[(open + 1)..<(line.endIndex - 1)]
        guard !reason.isEmpty, (state + reason).allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw Unreadable("a domain's state is not 'state (reason)'")
        }
        return ObservedState(ByteText.string(state), ByteText.string(reason))
    }
}
