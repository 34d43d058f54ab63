internal import Synchronization

/// A record file, parsed again only when its bytes have changed: a loop reads the same records every round.
final class RecordCache<Content: Sendable & Equatable>: Sendable {
    private struct Parsed: Sendable {
        var bytes: [UInt8]
        var content: Content
    }

    private let file: RecordFile<Content>
    private let parsed = Mutex<Parsed?>(nil)

    init(_ file: RecordFile<Content>) { self.file = file }

    /// What the file says now; nil when there is none.
    func read(_ directory: Directory) throws(StoreError) -> Content? {
        guard let bytes = try directory.read(file.name, bytesMax: RecordLimits.fileBytesMax) else {
            parsed.withLock { $0 = nil }
            return nil
        }
        // Bytes are compared rather than times and sizes, which two quick writers can make equal.
        if let parsed = parsed.withLock({ $0 }), parsed.bytes == bytes { return parsed.content }
        let content = try file.content(of: bytes, path: directory.file(file.name))
        parsed.withLock { $0 = Parsed(bytes: bytes, content: content) }
        return content
    }

    /// Replaces the file, unless it says the same already. The caller holds the lock and has read the file under it.
    func write(_ content: Content, _ directory: Directory) throws {
        directory.removeUnfinished(file.name)
        let bytes = try file.bytes(content)
        if parsed.withLock({ $0?.bytes == bytes }) { return }
        try directory.replace(file.name, with: bytes)
        parsed.withLock { $0 = Parsed(bytes: bytes, content: content) }
    }
}
