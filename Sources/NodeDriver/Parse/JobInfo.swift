/// `virsh domjobinfo`.
enum JobInfo {
    /// What is under way, such as `Outgoing migration`; nil for no job.
    static func parse(_ text: ArraySlice<UInt8>) throws(Unreadable) -> String? {
        let lines = try KeyedLines(text)
        let type = ByteText.string(try lines["Job type"])
        // A job that is over may still be shown with its figures, as type Completed, Failed or Cancelled; asked for
        // without --completed libvirt says None. Whatever is not None is taken for a job: it only holds back.
        if type == "None" { return nil }
        return ByteText.excerpt(lines.optional("Operation") ?? Array(type.utf8)[...], linesMax: 1)
    }
}
