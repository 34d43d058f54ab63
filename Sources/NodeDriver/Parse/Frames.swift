internal import Glibc
internal import Reconciler

/// Why an answer was not understood. The text is ours and names the place; where it quotes what a node sent, that is
/// escaped and short.
struct Unreadable: Error, Equatable {
    let what: String

    init(_ what: String) { self.what = what }
}

/// A script's output, cut at its markers.
///
/// A marker is `TOKEN:label/`, and what follows it, to the next marker, is its frame. The token is random and made for
/// one request, so that nothing a domain's XML or a name contains can look like one. What precedes the first marker
/// is noise of a login shell.
struct Frames {
    /// The whole output.
    let bytes: [UInt8]
    /// The frames in the order of the output.
    let all: [(label: String, range: Range<Int>)]
    private let byLabel: [String: Range<Int>]

    /// Fails unless the output begins with a frame `begin`, ends exactly with the marker `end`, and no label is there
    /// twice: so that an answer cut anywhere is none.
    init(_ bytes: [UInt8], token: ScanToken) throws(Unreadable) {
        var all: [(label: String, range: Range<Int>)] = []
        var byLabel: [String: Range<Int>] = [:]
        let starts = Self.markers(in: bytes, of: token)
        guard starts.first?.label == "begin" else { throw Unreadable("the first marker is missing") }
        guard let last = starts.last, last.label == "end" && last.end == bytes.count || !Guard.framesAreWhole.isOn
        else { throw Unreadable("the end marker is missing") }
        for (index, start) in starts.enumerated() {
            let range = start.end..<(index + 1 < starts.count ? starts[index + 1].start : bytes.count)
            guard byLabel.updateValue(range, forKey: start.label) == nil else {
                throw Unreadable("two frames '\(start.label)'")
            }
            all.append((start.label, range))
        }
        self.bytes = bytes
        self.all = all
        self.byLabel = byLabel
    }

    /// The bytes of a frame that must be there.
    func frame(_ label: String) throws(Unreadable) -> ArraySlice<UInt8> {
        guard let range = byLabel[label] else { throw Unreadable("frame '\(label)' is missing") }
        return bytes[range]
    }

    /// Whether a frame is there.
    func has(_ label: String) -> Bool { byLabel[label] != nil }

    private typealias Marker = (label: String, start: Int, end: Int)

    /// Looks for the colon, which is rarer than any digit of a token, and then at what precedes it.
    private static func markers(in bytes: [UInt8], of token: ScanToken) -> [Marker] {
        var markers: [Marker] = []
        bytes.withUnsafeBytes { haystack in
            guard let base = haystack.baseAddress else { return }
            var from = token.bytes.count
            while from < haystack.count, let found = memchr(base + from, 0x3A, haystack.count - from) {
                let colon = base.distance(to: UnsafeRawPointer(found))
                from = colon + 1
                let start = colon - token.bytes.count
                guard memcmp(base + start, token.bytes, token.bytes.count) == 0,
                    let label = label(in: haystack, at: from)
                else { continue }
                from += label.utf8.count + 1
                markers.append((label, start, from))
            }
        }
        return markers
    }

    /// Labels are short and of a small alphabet; anything else after a token is a marker that was cut.
    private static func label(in bytes: UnsafeRawBufferPointer, at start: Int) -> String? {
        var end = start
        while end < bytes.count, end - start <= 48 {
            switch bytes[end] {
            case UInt8(ascii: "/"): return String(decoding: bytes[start..<end], as: UTF8.self)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                end += 1
            default: return nil
            }
        }
        return nil
    }
}
