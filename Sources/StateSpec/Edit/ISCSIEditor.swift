/// Adds targets and pins to a file of `iscsi/` as a person would: all that stands there stays, comments too.
///
/// What comes out was read again, and says what was meant and no more; else the edit is refused.
public enum ISCSIEditor {
    /// The text with more targets, and with LUNs pinned: those of the file that are not pinned yet, or not there.
    ///
    /// - Parameter additions: targets with LUNs to be pinned; one that the file lacks goes behind its last.
    public static func add(_ additions: [ISCSITarget], to text: [UInt8]) throws(YAMLEditError) -> [UInt8] {
        let before = try spec(of: text)
        let new = additions.filter { target in !before.targets.contains { $0.name == target.name } }
        var edits = Edits(text)
        guard let root = try span(of: text) else { throw .notAMapping }
        for (index, target) in before.targets.enumerated() {
            let pins = additions.filter { $0.name == target.name }.flatMap(\.luns)
            guard !pins.isEmpty else { continue }
            // A single target may stand without a list.
            guard let place = root["targets"], let item = place.items.map({ $0[index] }) ?? (index == 0 ? place : nil)
            else { throw .layout("targets") }
            try edits.pin(pins, in: item, of: target)
        }
        var edited = edits.text
        if !new.isEmpty { edited = try append(new, to: edited) }
        let after = try spec(of: edited)
        guard after == merged(before, additions) else { throw .layout("targets") }
        return edited
    }

    /// What the file says with the additions.
    private static func merged(_ before: ISCSISpec, _ additions: [ISCSITarget]) -> ISCSISpec {
        var spec = before
        for addition in additions {
            guard let index = spec.targets.firstIndex(where: { $0.name == addition.name }) else {
                spec.targets.append(addition)
                continue
            }
            for pin in addition.luns {
                if let lun = spec.targets[index].luns.firstIndex(where: { $0.lun == pin.lun }) {
                    spec.targets[index].luns[lun] = pin
                } else {
                    spec.targets[index].luns.append(pin)
                }
            }
        }
        return spec
    }

    private static func append(_ targets: [ISCSITarget], to text: [UInt8]) throws(YAMLEditError) -> [UInt8] {
        guard let root = try span(of: text) else { throw .notAMapping }
        guard let place = root["targets"], place.end > place.start else {
            return try YAMLEditor.set("targets", to: .sequence(targets.map(SpecText.value)), in: text)
        }
        var edits = Edits(text)
        try edits.append(targets.map(SpecText.value), to: place)
        return edits.text
    }

    /// The decoded file, without a finding that is an error.
    private static func spec(of text: [UInt8]) throws(YAMLEditError) -> ISCSISpec {
        let document = YAMLReader.read(text)
        if let problem = document.problems.first { throw .unreadable(problem) }
        let findings = FindingCollector(file: "")
        guard let root = document.root, let name = try? PortalName("file"),
            let draft = ISCSIDecoder.decode(root, name: name, findings)
        else { throw .notAMapping }
        guard !findings.findings.contains(where: { $0.severity == .error }) else { throw .layout("targets") }
        return draft.spec
    }

    private static func span(of text: [UInt8]) throws(YAMLEditError) -> YAMLSpan? {
        do throws(YAMLProblem) { return try YAMLSpan.read(text) } catch { throw .unreadable(error) }
    }
}

/// Bytes to be put into a text, none of which overlap.
private struct Edits {
    private let original: [UInt8]
    private var changes: [(place: Range<Int>, bytes: [UInt8])] = []

    init(_ text: [UInt8]) { original = text }

    /// The text with all of them.
    var text: [UInt8] {
        // From the end, so that places stay what they are; what is put in one place stays in its order.
        let backwards = changes.enumerated().sorted {
            ($0.element.place.lowerBound, $0.offset) > ($1.element.place.lowerBound, $1.offset)
        }
        var text = original
        for (_, change) in backwards { text.replaceSubrange(change.place, with: change.bytes) }
        return text
    }

    private mutating func insert(_ bytes: [UInt8], at index: Int) { changes.append((index..<index, bytes)) }

    // MARK: - Pins

    mutating func pin(
        _ pins: [ISCSILUN], in item: YAMLSpan, of target: ISCSITarget
    ) throws(YAMLEditError) {
        let all = YAMLValue.sequence(pins.map(SpecText.value))
        guard case .mapping = item.content else {
            // The bare name becomes a mapping, and stays as it is written.
            let luns = try flow(all)
            insert(Array("{iqn: ".utf8), at: item.start)
            return insert(Array(", luns: ".utf8) + luns + Array("}".utf8), at: item.end)
        }
        guard let list = item["luns"], list.end > list.start else {
            return try add("luns", all, to: item)
        }
        var more: [YAMLValue] = []
        for pin in pins {
            guard let index = target.luns.firstIndex(where: { $0.lun == pin.lun }) else {
                more.append(SpecText.value(pin))
                continue
            }
            let lun = list.items.map { $0[index] } ?? list
            if case .mapping = lun.content {
                try add("wwid", .string(pin.wwid ?? ""), to: lun)
            } else {
                changes.append((lun.start..<lun.end, try flow(SpecText.value(pin))))
            }
        }
        if !more.isEmpty { try append(more, to: list) }
    }

    /// Puts a key behind the last one of a mapping.
    private mutating func add(
        _ key: String, _ value: YAMLValue, to mapping: YAMLSpan
    ) throws(YAMLEditError) {
        let line = Array("\(key): ".utf8) + (try flow(value))
        if mapping.isFlow { return insert(Array(", ".utf8) + line, at: try lastEnd(mapping)) }
        insertLine(line, indent: column(of: mapping.start), behind: mapping.end)
    }

    /// Puts items behind the last one of a list; a value without a list becomes one.
    mutating func append(_ values: [YAMLValue], to list: YAMLSpan) throws(YAMLEditError) {
        guard let items = list.items else {
            insert(Array("[".utf8), at: list.start)
            for value in values { insert(Array(", ".utf8) + (try flow(value)), at: list.end) }
            return insert(Array("]".utf8), at: list.end)
        }
        guard let last = items.last else {
            // Between the brackets of an empty list.
            let texts = try values.map { value throws(YAMLEditError) in try flow(value) }
            return changes.append(
                (list.start..<list.end, Array("[".utf8) + texts.joined(separator: ", ".utf8) + Array("]".utf8)))
        }
        for value in values {
            if list.isFlow {
                insert(Array(", ".utf8) + (try flow(value)), at: last.end)
                continue
            }
            // The dash stands as those of its siblings do.
            let lead = original[YAMLEditor.lineStart(original, last.start)..<last.start]
            guard lead.allSatisfy({ $0 == 0x20 || $0 == UInt8(ascii: "-") }),
                let dash = lead.lastIndex(of: UInt8(ascii: "-"))
            else { throw .layout("targets") }
            insertLine(
                Array(lead[dash...]) + (try flow(value)), indent: dash - lead.startIndex, behind: last.end)
        }
    }

    /// The end of the last value of a flow mapping.
    private func lastEnd(_ mapping: YAMLSpan) throws(YAMLEditError) -> Int {
        guard case .mapping(let entries) = mapping.content, let last = entries.last else { throw .layout("targets") }
        return last.span.end
    }

    private mutating func insertLine(_ line: [UInt8], indent: Int, behind end: Int) {
        let index = YAMLEditor.lineEnd(original, end)
        let ending = YAMLEditor.lineBreak(original)
        let isMidLine = index > 0 && original[index - 1] != 0x0A
        insert(
            (isMidLine ? ending : []) + [UInt8](repeating: 0x20, count: indent) + line + (isMidLine ? [] : ending),
            at: index)
    }

    private func column(of index: Int) -> Int { index - YAMLEditor.lineStart(original, index) }

    /// A value on one line, as it stands within others.
    private func flow(_ value: YAMLValue) throws(YAMLEditError) -> [UInt8] {
        do throws(YAMLWriter.Failure) {
            let line = try YAMLWriter.line(YAMLField("v", value))
            return Array(line.dropFirst(3).dropLast())
        } catch {
            throw .unwritable(error.description)
        }
    }
}
