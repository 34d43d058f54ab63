internal import Glibc

/// A secret in a domain's XML that git has: everybody who can read the repository has it, for ever. The value is never
/// shown: a finding ends up in logs and in the comments of a pull request.
enum SecretsInXML {
    static func findings(in xml: [UInt8], file: String) -> [Finding] {
        // Few documents have any, and reading a whole one costs as much as all else that a load does with it.
        guard hints.contains(where: { contains($0, in: xml) }), let document = try? DomainDocument(xml) else {
            return []
        }
        var secrets: [OmittedSecret] = []
        for child in document.root.children { _ = DocumentSecrets.strip(child, at: [child.name], into: &secrets) }
        // That of a display is found with its column where displays are read.
        return secrets.filter { $0.path != "devices/graphics/@passwd" }.map { secret in
            Finding(
                .error, Place(file: file, line: secret.line ?? 1), code: "secret-in-git",
                "\(secret.what) stands in git, at \(Escaped("domain/\(secret.path)").bare)",
                hint: "take it out and change it, git remembers it; keep it in a libvirt secret of the nodes")
        }
    }

    /// One of these stands in every document in which `DocumentSecrets` finds something.
    private static let hints = ["passwd", "<secret", "<cookie", "<session", "<dhCert", "schemas/domain/qemu"]
        .map { Array($0.utf8) }

    private static func contains(_ word: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { text in
            guard var from = text.baseAddress else { return false }
            let end = from + text.count
            while end - from >= word.count, let found = memchr(from, Int32(word[0]), end - from - word.count + 1) {
                if memcmp(found, word, word.count) == 0 { return true }
                from = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }
}
