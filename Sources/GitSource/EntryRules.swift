internal import StateSpec

/// What is wrong with a name inside a tree, whichever tree it is.
enum EntryRules {
    /// A finding for an entry that git itself would never write; nil for a name that StateSpec may judge.
    static func finding(name: UnsafeRawBufferPointer, path: String) -> Finding? {
        // Nearly all names are plain, and there are tens of thousands: one look at each byte.
        var isASCII = true
        var leadsOut = name.isEmpty
        for byte in name {
            if byte >= 0x80 { isASCII = false }
            if byte == 0x2F { leadsOut = true }
        }
        if !leadsOut && isASCII && name.first != 0x2E { return nil }
        if leadsOut || name.elementsEqual("..".utf8) || name.elementsEqual(".".utf8) {
            return forged(path, "bad-entry-name", "the tree holds an entry that leads out of it")
        }
        if String(decoding: name, as: UTF8.self).lowercased() == ".git" {
            return forged(path, "bad-entry-name", "the tree holds an entry named '.git'")
        }
        if !isASCII, String(validating: name, as: UTF8.self) == nil {
            return Finding(.error, Place(file: path), code: "not-utf8", "the file's name is not UTF-8")
        }
        return nil
    }

    static func duplicate(_ path: String) -> Finding {
        forged(path, "duplicate-entry", "the tree holds two entries of this name")
    }

    static func unsorted(_ path: String) -> Finding {
        forged(path, "unsorted-tree", "the tree's entries are out of order")
    }

    private static func forged(_ path: String, _ code: String, _ message: String) -> Finding {
        Finding(
            .error, Place(file: path), code: code, message, hint: "git would not have written it: find out who did")
    }

    static func tooDeep(_ path: String, _ limits: SpecLimits) -> Finding {
        Finding(
            .error, Place(file: path), code: "too-deep",
            "folders may be nested \(limits.depthMax) deep; what is in this one was not read")
    }

    static func tooMany(_ path: String, _ limits: SpecLimits) -> Finding {
        Finding(
            .error, Place(file: path.isEmpty ? "." : path), code: "too-many-files",
            "there are more than \(limits.filesMax) files and folders; the rest was not read")
    }

    static func oversizedFolder(_ path: String, _ bytes: Int) -> Finding {
        Finding(
            .error, Place(file: path.isEmpty ? "." : path), code: "too-many-files",
            "the folder's own record has \(bytes) bytes; it was not read")
    }
}
