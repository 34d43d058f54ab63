import CLibyaml

/// Reads one YAML document, event by event, so that anchors, tags and depth are seen before anything is expanded.
public enum YAMLReader {
    /// Everything that can be read, and everything that is wrong.
    public static func read(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> YAMLDocument {
        bytes.withUnsafeBufferPointer { buffer in
            // With the encoding fixed libyaml does not skip the byte order mark by itself.
            let hasMark = buffer.starts(with: [0xEF, 0xBB, 0xBF])
            let text = UnsafeBufferPointer(rebasing: buffer.dropFirst(hasMark ? 3 : 0))
            guard let events = YAMLEvents(text) else {
                let problem = YAMLProblem("yaml-syntax", YAMLMark(line: 1, column: 1), "libyaml has no memory left")
                return YAMLDocument(root: nil, problems: [problem])
            }
            var composer = YAMLComposer(limits: limits)
            let root = composer.document(events)
            return YAMLDocument(root: root, problems: composer.problems)
        }
    }

    /// The value of a text without any problem.
    public static func parse(
        _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLProblem) -> YAMLNode {
        let document = read(bytes, limits: limits)
        if let problem = document.problems.first { throw problem }
        guard let root = document.root else { throw YAMLComposer.emptyFile }
        return root
    }
}
