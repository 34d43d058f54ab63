/// What git may hold beside plain files, none of which havirt reads.
enum EntryKinds {
    static func objection(to file: SpecFile, _ limits: SpecLimits) -> Finding? {
        switch file.kind {
        case .file: nil
        case .symlink: error(file.path, "symlink", "a symbolic link is not followed", hint: "commit the file itself")
        case .submodule:
            error(file.path, "submodule", "a submodule is not entered", hint: "commit the files themselves")
        case .oversized(let bytes): oversized(file.path, bytes, limits)
        case .unknownMode(let mode):
            error(file.path, "unknown-mode", "git mode \(String(mode, radix: 8)) is not known", hint: nil)
        }
    }

    static func oversized(_ path: String, _ bytes: Int, _ limits: SpecLimits) -> Finding {
        error(path, "oversized", "\(bytes) bytes are more than a file may have (\(limits.fileBytesMax))", hint: nil)
    }

    static func tooDeep(_ path: String, _ limits: SpecLimits) -> Finding {
        error(path, "too-deep", "folders are nested deeper than \(limits.depthMax)", hint: nil)
    }

    private static func error(_ path: String, _ code: String, _ message: String, hint: String?) -> Finding {
        Finding(.error, Place(file: path), code: code, message, hint: hint)
    }
}
