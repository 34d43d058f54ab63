/// One file of a load: what its path stands for and what was read there.
final class FileRecord: Sendable {
    let path: String
    let blob: ObjectID?
    let object: SpecPath
    let key: ParsedKey?
    /// Nil for what is there but was not read.
    let parsed: ParsedFile?

    init(_ file: SpecFile, _ object: SpecPath, _ key: ParsedKey?, _ parsed: ParsedFile?) {
        path = file.path
        blob = file.blob
        self.object = object
        self.key = key
        self.parsed = parsed
    }
}

/// What one load leaves to the next.
struct LoadMemory: Sendable {
    /// The files of the last load, in order of paths.
    var records: [FileRecord] = []
    /// The decoded files by what they were decoded from, so that a moved or copied file is not read again.
    var parsed: [ParsedKey: ParsedFile] = [:]
    /// The domains of the last load, in order of names.
    var domains: [DomainFiles] = []
}
