internal import Glibc

/// Bytes that are taken out by lines, or up to a mark, in time proportional to their count.
struct LineBuffer {
    private var bytes: [UInt8] = []
    private var start = 0
    /// Before it there is no newline.
    private var searched = 0
    /// Before it no mark begins; kept for the one mark that was looked for last.
    private var searchedForMark = 0
    private var mark: [UInt8] = []

    /// How many bytes wait.
    var count: Int { bytes.count - start }

    mutating func append(_ new: [UInt8]) {
        if start == bytes.count || start > 1 << 16 {
            bytes.removeFirst(start)
            searched = max(0, searched - start)
            searchedForMark = max(0, searchedForMark - start)
            start = 0
        }
        bytes += new
    }

    /// The length of the next line without its newline; at the end of the stream the rest is a line.
    mutating func lineLength(atEnd: Bool) -> Int? {
        while searched < bytes.count {
            if bytes[searched] == 0x0A { return searched - start }
            searched += 1
        }
        return atEnd && count > 0 ? count : nil
    }

    /// How many bytes stand before the next mark.
    mutating func length(before mark: [UInt8]) -> Int? {
        if mark != self.mark {
            self.mark = mark
            searchedForMark = start
        }
        let found = bytes.withUnsafeBytes { Self.find(mark, in: $0, from: searchedForMark) }
        // The last bytes may be the beginning of a mark of which the rest is yet to come.
        searchedForMark = found ?? max(searchedForMark, bytes.count - mark.count + 1)
        return found.map { $0 - start }
    }

    private static func find(_ mark: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = mark.first else { return nil }
        var start = start
        while bytes.count - start >= mark.count,
            let found = memchr(base + start, Int32(first), bytes.count - start - mark.count + 1)
        {
            if memcmp(found, mark, mark.count) == 0 { return base.distance(to: found) }
            start = base.distance(to: found) + 1
        }
        return nil
    }

    /// Removes and returns so many bytes, and removes the newline or mark behind them.
    mutating func take(_ length: Int, mark markBytes: Int = 1) -> [UInt8] {
        if start == 0, length + markBytes >= bytes.count {
            // All there is: handed over as it is, so that a large answer is neither copied nor kept twice.
            var line = bytes
            bytes = []
            searched = 0
            searchedForMark = 0
            line.removeLast(line.count - length)
            return line
        }
        let line = Array(bytes[start..<start + length])
        start = min(start + length + markBytes, bytes.count)
        searched = max(searched, start)
        searchedForMark = max(searchedForMark, start)
        return line
    }
}
