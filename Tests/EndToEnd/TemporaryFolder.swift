internal import FoundationEssentials
internal import Glibc

/// A folder under /tmp that goes away with its last reference.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// A new folder.
    public init() {
        var template = Array("/tmp/havirt-e2e-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder can be made")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders it stands in.
    public func write(_ name: String, _ text: String) throws {
        try TextFile.write("\(path)/\(name)", text)
    }

    /// A file of this folder.
    public func read(_ name: String) throws -> String { try TextFile.read("\(path)/\(name)") }

    /// Whether there is such a file.
    public func has(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }
}

/// Whole files of text.
public enum TextFile {
    /// Writes a file, and the folders it stands in.
    public static func write(_ path: String, _ text: String) throws {
        if let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true)
        }
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// A whole file.
    public static func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Removes a file.
    public static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }

    /// The names in a folder, in order.
    public static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
